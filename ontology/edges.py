"""How a link is said from either end: "keeper" from the dataset, "keeps" from the department.

`EDGES` tells for each property what its object is to its subject, and what its subject is to its
object, in both languages. A `detail` says how something is, not what it belongs to (in which
language, under which licence): ways between two things do not lead over it, since all that is in
Chinese does not for that belong together. A property that stands here under no name is said by the
word that pages have for it.
"""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import NamedNode

from ontology.sentences import Sentence
from ontology.terms import (
    ADMS,
    CSVW,
    DCAT,
    DCT,
    FOAF,
    GOV,
    ODRL,
    ORG,
    OWL,
    PROV,
    RDF,
    RDFS,
    SKOS,
    VCARD,
)


@dataclass(frozen=True, slots=True)
class Edge:
    """One property as a link: what is at its end, and what is at its beginning, in words."""

    term: NamedNode
    there: Sentence
    back: Sentence
    detail: bool = False


EDGES: dict[str, Edge] = {
    each.term.value: each
    for each in (
        Edge(DCT.publisher, ("Keeper", "提供单位"), ("Keeps", "提供")),
        Edge(DCT.creator, ("Made by", "编制单位"), ("Made", "编制")),
        Edge(GOV.provider, ("Provider", "来源单位"), ("Provides", "供给")),
        Edge(GOV.owner, ("Owner", "主管单位"), ("Owns", "主管")),
        Edge(GOV.sourceSystem, ("From the system", "来源系统"), ("Holds", "承载")),
        Edge(GOV.feeds, ("Feeds", "供数给"), ("Is fed by", "数据来自")),
        Edge(GOV.layerOf, ("Layer of", "所属数据集"), ("Layers", "图层")),
        Edge(GOV.element, ("Standard data element", "对应数据元"), ("Items of it", "对应数据项")),
        Edge(GOV.keyElement, ("Key", "关键数据元"), ("Key of", "作为关键数据元")),
        Edge(GOV.baseLibrary, ("Base library", "所属基础库"), ("Belonging to it", "归入该库")),
        Edge(GOV.district, ("District", "所在区"), ("Of the district", "区内单位")),
        Edge(PROV.wasDerivedFrom, ("Made from", "取自"), ("Made into", "加工为")),
        Edge(PROV.wasGeneratedBy, ("Made by the run", "生成于"), ("Made in it", "生成了")),
        Edge(PROV.used, ("Used", "使用了"), ("Used by", "被用于")),
        Edge(DCT.isPartOf, ("Part of", "属于"), ("Items", "数据项")),
        Edge(DCT.hasPart, ("Parts", "包含"), ("Within", "包含于")),
        Edge(DCAT.dataset, ("Lists", "收录"), ("Listed in", "收录于")),
        Edge(DCAT.inSeries, ("In the series", "所属系列"), ("Of the series", "系列成员")),
        Edge(DCAT.prev, ("Previous", "上一期"), ("Next", "下一期")),
        Edge(DCAT.theme, ("Theme", "主题"), ("Under the theme", "主题下")),
        Edge(DCT.subject, ("Subject", "题材"), ("About it", "相关内容")),
        Edge(DCT.spatial, ("Area covered", "覆盖区域"), ("Covering it", "覆盖此地")),
        Edge(DCAT.distribution, ("Files", "文件"), ("File of", "文件所属")),
        Edge(DCAT.accessService, ("Through the interface", "经由接口"), ("Reaches", "可取得")),
        Edge(DCAT.servesDataset, ("Serves", "提供数据"), ("Interfaces", "接口")),
        Edge(DCAT.contactPoint, ("Contact", "联系人"), ("Contact for", "负责联系")),
        Edge(DCT.relation, ("Related to", "相关"), ("Related to", "相关")),
        Edge(DCT.requires, ("Needs", "依赖"), ("Needed by", "被依赖")),
        Edge(DCT.source, ("Source", "来源"), ("Source of", "作为来源")),
        Edge(DCT.replaces, ("Replaces", "替代"), ("Replaced by", "被替代为")),
        Edge(DCT.isReplacedBy, ("Replaced by", "被替代为"), ("Replaces", "替代")),
        Edge(ORG.subOrganizationOf, ("Under", "上级单位"), ("Bodies under it", "下属单位")),
        Edge(ODRL.target, ("Agreed about", "约定数据"), ("Agreements", "共享约定")),
        Edge(ODRL.assignee, ("Agreed with", "使用方"), ("Agreements held", "所持约定")),
        Edge(ODRL.assigner, ("Agreed by", "提供方"), ("Agreements given", "所授约定")),
        Edge(FOAF.primaryTopic, ("Tells of", "描述"), ("Catalogue record", "目录记录")),
        Edge(ADMS.sample, ("Sample", "样例"), ("Sample of", "样例所属")),
        Edge(SKOS.broader, ("Broader", "上级概念"), ("Narrower", "下级概念")),
        Edge(SKOS.narrower, ("Narrower", "下级概念"), ("Broader", "上级概念")),
        Edge(SKOS.closeMatch, ("Close to", "近似"), ("Close to", "近似")),
        Edge(SKOS.exactMatch, ("Same as", "等同"), ("Same as", "等同")),
        Edge(OWL.sameAs, ("Same as", "等同"), ("Same as", "等同")),
        Edge(SKOS.broadMatch, ("Within", "归入"), ("Holds", "含有"), detail=True),
        Edge(SKOS.relatedMatch, ("Related to", "相关"), ("Related to", "相关"), detail=True),
        Edge(GOV.refusalClass, ("Ground of refusal", "负面清单类别"), ("Refused for it", "因此不予开放"), detail=True),
        Edge(DCAT.landingPage, ("Web page", "网页"), ("Web page of", "所介绍的数据"), detail=True),
        Edge(DCAT.accessURL, ("Access address", "访问地址"), ("Had there", "可由此取得"), detail=True),
        Edge(DCAT.downloadURL, ("Download address", "下载地址"), ("Downloaded there", "由此下载"), detail=True),
        Edge(DCAT.endpointURL, ("Interface address", "接口地址"), ("Interface there", "此地址的接口"), detail=True),
        Edge(DCAT.endpointDescription, ("Interface text", "接口说明"), ("Describes", "说明的接口"), detail=True),
        Edge(RDFS.subPropertyOf, ("Kind of", "上级属性"), ("Kinds", "下级属性"), detail=True),
        Edge(RDFS.seeAlso, ("See also", "参见"), ("Referred to by", "被参见于"), detail=True),
        Edge(DCT.conformsTo, ("Conforms to", "遵循"), ("Followed by", "被遵循"), detail=True),
        Edge(CSVW.column, ("Columns", "列"), ("Column of", "所属表结构"), detail=True),
        Edge(PROV.entity, ("From", "取自"), ("In the derivation", "涉及的加工"), detail=True),
        Edge(PROV.qualifiedDerivation, ("Derivation", "加工说明"), ("Of", "说明的是"), detail=True),
        Edge(PROV.hadActivity, ("By the job", "交换作业"), ("Derivations", "加工说明"), detail=True),
        Edge(RDF.type, ("Type", "类型"), ("Of this type", "此类型的"), detail=True),
        Edge(DCT.language, ("Language", "语种"), ("In this language", "此语种的"), detail=True),
        Edge(DCT["format"], ("Format", "格式"), ("In this format", "此格式的"), detail=True),
        Edge(DCAT.mediaType, ("Media type", "媒体类型"), ("Of it", "此类型的"), detail=True),
        Edge(DCT.license, ("Licence", "许可"), ("Under it", "采用此许可"), detail=True),
        Edge(DCT.accessRights, ("Access rights", "访问权限"), ("With them", "适用此权限"), detail=True),
        Edge(DCT.accrualPeriodicity, ("Update frequency", "更新频率"), ("So often", "按此更新"), detail=True),
        Edge(DCT.type, ("Kind", "种类"), ("Of this kind", "此种类的"), detail=True),
        Edge(GOV.sharingType, ("Sharing", "共享类型"), ("Shared so", "此共享类型"), detail=True),
        Edge(GOV.sharingWay, ("Way of sharing", "共享方式"), ("Shared this way", "此方式共享"), detail=True),
        Edge(GOV.opennessType, ("Openness", "开放类型"), ("Open so", "此开放类型"), detail=True),
        Edge(GOV.opennessWay, ("Way of opening", "开放方式"), ("Opened this way", "此方式开放"), detail=True),
        Edge(GOV.dataType, ("Data type", "数据类型"), ("Of this type", "此数据类型"), detail=True),
        Edge(GOV.sensitivity, ("Sensitivity", "敏感程度"), ("So sensitive", "此敏感程度"), detail=True),
        Edge(GOV.fundingKind, ("Funding", "经费类别"), ("So funded", "此经费类别"), detail=True),
        Edge(GOV.systemStatus, ("Status", "状态"), ("In it", "处于此状态"), detail=True),
        Edge(GOV.transformation, ("What it does", "加工方式"), ("Done so", "此加工方式"), detail=True),
        Edge(GOV.sourceKind, ("Kind of source", "来源类别"), ("Of it", "此来源类别"), detail=True),
        Edge(ORG.classification, ("Level", "级别"), ("At this level", "此级别的"), detail=True),
        Edge(ADMS.status, ("Status", "状态"), ("In it", "处于此状态"), detail=True),
        Edge(SKOS.inScheme, ("In the list", "所属代码表"), ("Its entries", "代码表条目"), detail=True),
        Edge(SKOS.topConceptOf, ("At the top of", "顶层归属"), ("Top entries", "顶层条目"), detail=True),
        Edge(SKOS.hasTopConcept, ("Top entries", "顶层条目"), ("At the top of", "顶层归属"), detail=True),
        Edge(RDFS.isDefinedBy, ("Defined in", "定义于"), ("Defines", "所定义"), detail=True),
        Edge(RDFS.domain, ("Said of", "用于"), ("Properties", "属性"), detail=True),
        Edge(RDFS.range, ("Leads to", "取值"), ("Led to by", "作为取值"), detail=True),
        Edge(RDFS.subClassOf, ("Kind of", "上级类"), ("Kinds", "下级类"), detail=True),
        Edge(VCARD.hasEmail, ("E-mail", "电子邮箱"), ("Of", "所属"), detail=True),
        Edge(VCARD.hasTelephone, ("Telephone", "电话"), ("Of", "所属"), detail=True),
        Edge(VCARD.hasURL, ("Web page", "网页"), ("Of", "所属"), detail=True),
    )
}  # fmt: skip
DETAILS = frozenset(iri for iri, edge in EDGES.items() if edge.detail)
ORDER = {iri: place for place, iri in enumerate(EDGES)}


def said(iri: str, language: str, *, inward: bool) -> str:
    """Give how a property is said from one end; "" where it stands under no name here."""
    edge = EDGES.get(iri)
    if edge is None:
        return ""
    en, zh = edge.back if inward else edge.there
    return zh if language == "zh" else en


def reading_order(iri: str) -> int:
    """Give a key that puts what belongs together before details, and both in the table's order."""
    return ORDER.get(iri, len(ORDER) // 2)
