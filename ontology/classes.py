"""What things of a class are called where the class is another vocabulary's and has no pages here.

Classes of our own say it themselves (`rdfs:label`). A class that stands in neither is told by its
short name, as it is written in a query.
"""

from __future__ import annotations

from ontology.sentences import Sentence
from ontology.terms import (
    CSVW,
    DCAT,
    DCT,
    FOAF,
    LOCN,
    ODRL,
    ORG,
    OWL,
    PROV,
    RDF,
    RDFS,
    SH,
    SKOS,
    VCARD,
)
from ontology.vocabulary import label_of

# One of them, and many.
CLASSES: dict[str, tuple[Sentence, Sentence]] = {
    term.value: (one, many)
    for term, one, many in (
        (DCT.Location, ("Place", "地点"), ("Places", "地点")),
        (DCT.PeriodOfTime, ("Period", "时段"), ("Periods", "时段")),
        (DCT.Standard, ("Standard", "标准"), ("Standards", "标准")),
        (DCT.LicenseDocument, ("Licence", "许可协议"), ("Licences", "许可协议")),
        (DCT.RightsStatement, ("Statement of rights", "权利声明"), ("Statements of rights", "权利声明")),
        (DCT.Frequency, ("Frequency", "频率"), ("Frequencies", "频率")),
        (DCT.MediaTypeOrExtent, ("Format", "格式"), ("Formats", "格式")),
        (DCAT.Resource, ("Resource", "资源"), ("Resources", "资源")),
        (DCAT.Relationship, ("Relationship", "关联关系"), ("Relationships", "关联关系")),
        (FOAF.Document, ("Document", "文档"), ("Documents", "文档")),
        (FOAF.Person, ("Person", "人员"), ("Persons", "人员")),
        (LOCN.Address, ("Address", "地址"), ("Addresses", "地址")),
        (ODRL.Policy, ("Policy", "使用规则"), ("Policies", "使用规则")),
        (ORG.OrganizationalUnit, ("Unit", "内设机构"), ("Units", "内设机构")),
        (ORG.ChangeEvent, ("Reorganisation", "机构变更"), ("Reorganisations", "机构变更")),
        (PROV.Plan, ("Procedure", "处理规程"), ("Procedures", "处理规程")),
        (PROV.Agent, ("Who did it", "执行者"), ("Who did it", "执行者")),
        (PROV.Entity, ("Thing with an origin", "有来源的事物"), ("Things with an origin", "有来源的事物")),
        (PROV.Derivation, ("Step of lineage", "血缘环节"), ("Steps of lineage", "血缘环节")),
        (PROV.Association, ("Part in an activity", "参与关系"), ("Parts in activities", "参与关系")),
        (CSVW.Table, ("Table", "表"), ("Tables", "表")),
        (SKOS.Concept, ("Entry of a code list", "代码表条目"), ("Entries of code lists", "代码表条目")),
        (SKOS.ConceptScheme, ("Code list", "代码表"), ("Code lists", "代码表")),
        (SKOS.Collection, ("Collection", "条目集"), ("Collections", "条目集")),
        (RDF.Property, ("Property", "属性"), ("Properties", "属性")),
        (OWL.ObjectProperty, ("Link property", "对象属性"), ("Link properties", "对象属性")),
        (OWL.DatatypeProperty, ("Value property", "数值属性"), ("Value properties", "数值属性")),
        (OWL.Class, ("Class", "类"), ("Classes", "类")),
        (RDFS.Class, ("Class", "类"), ("Classes", "类")),
        (OWL.Ontology, ("Vocabulary", "词汇表"), ("Vocabularies", "词汇表")),
        (SH.NodeShape, ("Shape", "校验规则"), ("Shapes", "校验规则")),
        (SH.PropertyShape, ("Shape of a property", "属性校验规则"), ("Shapes of properties", "属性校验规则")),
        (VCARD.Address, ("Address", "地址"), ("Addresses", "地址")),
    )
}  # fmt: skip


def class_name(iri: str, language: str, *, many: bool) -> str:
    """Give what a thing, or many things, of a class are called; "" where nobody says."""
    told = CLASSES.get(iri)
    if told is not None:
        return told[many][language == "zh"]
    ours = label_of(iri)
    return ours.said(language) if ours else ""
