"""What catalogues call their columns: for each property the names seen, in Chinese and English.

Compared folded (width, case, spaces, brackets and stars gone). The order matters where one name
could be two things: what stands first wins.
"""

from __future__ import annotations

# (part, property, code list where it is not the property's own) -> names of columns
COLUMN_NAMES: dict[tuple[str, str, str], str] = {
    ("entry", "dct:title", ""): (
        "数据集名称 资源名称 信息资源名称 数据资源名称 目录名称 数据目录名称 资源目录名称 "
        "信息资源目录名称 政务数据目录名称 数据集标题 目录标题 资源标题 数据名称 数据集 标题 名称 "
        "title datasetname datasettitle dataset resourcename resourcetitle name"
    ),
    ("entry", "dct:description", ""): (
        "摘要 简介 描述 内容描述 说明 数据集描述 资源描述 数据描述 数据摘要 资源摘要 目录摘要 "
        "信息资源摘要 数据资源内容描述 数据说明 数据简介 资源简介 数据集简介 数据集说明 "
        "description abstract summary notes"
    ),
    ("entry", "dcat:theme", "national-theme"): "国家主题分类 国家主题 nationaltheme",
    ("entry", "dcat:theme", "theme"): (
        "数据领域 领域 主题 主题分类 数据主题 所属主题 所属领域 主题领域 数据分类 分类 主题类别 "
        "theme themes category topic subject"
    ),
    ("entry", "dcat:keyword", ""): (
        "关键字 关键词 标签 数据标签 检索关键字 主题词 keywords keyword tags tag"
    ),
    ("entry", "dct:issued", ""): (
        "首次发布日期 首次发布时间 首次发布 发布日期 发布时间 上线日期 上线时间 创建日期 创建时间 "
        "编目日期 开放日期 开放时间 issued published releasedate publicationdate created "
        "datepublished firstpublished"
    ),
    ("entry", "dct:modified", ""): (
        "更新日期 更新时间 最近更新日期 最近更新时间 最后更新日期 最后更新时间 最新更新时间 "
        "数据更新时间 数据更新日期 修改时间 修改日期 modified updated lastupdated lastmodified "
        "updatedate lastupdate dateupdated"
    ),
    ("entry", "dct:accrualPeriodicity", ""): (
        "更新频度 更新频率 更新周期 数据更新频率 数据更新周期 共享更新频度 频率 frequency "
        "updatefrequency updatecycle accrualperiodicity"
    ),
    ("entry", "dct:publisher", ""): (
        "数据提供方 提供单位 提供部门 信息资源提供方 资源提供方 数据提供单位 数据提供部门 "
        "数据资源提供部门 提供方 来源部门 来源单位 数据来源 责任部门 责任单位 发布部门 发布单位 "
        "发布机构 所属部门 所属单位 主管部门 归口部门 部门名称 单位名称 部门 单位 "
        "provider publisher department organisation organization agency body dataprovider"
    ),
    ("entry", "gov:opennessType", ""): (
        "开放属性 开放类型 公开属性 公开类型 是否向社会开放 是否开放 开放级别 开放等级 公开方式 "
        "openness opentype opennesstype accesslevel"
    ),
    ("entry", "gov:opennessCondition", ""): "开放条件 公开条件 opencondition opennesscondition",
    ("entry", "gov:sharingType", ""): "共享属性 共享类型 共享类别 sharing sharingtype sharetype",
    ("entry", "gov:sharingCondition", ""): "共享条件 sharingcondition",
    ("entry", "gov:sharingWay", ""): "共享方式 共享交换方式 sharingway sharingmode",
    ("entry", "dct:identifier", ""): (
        "数据集id 资源代码 信息资源代码 数据资源代码 目录id 目录代码 目录编码 资源编码 资源编号 "
        "资源标识 标识符 唯一标识 数据集编号 目录编号 资源id 编号 id identifier resourcecode "
        "datasetid code"
    ),
    ("entry", "dcat:landingPage", ""): (
        "链接 网址 详情链接 数据链接 数据集链接 页面地址 详情页 访问地址 在线资源链接地址 url link "
        "landingpage webpage homepage"
    ),
    ("distribution", "dct:format", ""): (
        "数据格式 格式 资源格式 文件格式 信息资源格式 提供格式 format formats fileformat dataformat"
    ),
    ("distribution", "dcat:downloadURL", ""): "下载链接 下载地址 文件地址 downloadurl download",
    ("distribution", "dct:license", ""): "许可 许可协议 授权协议 使用许可 license licence",
    ("entry", "dct:spatial", ""): (
        "空间范围 行政区划 所属区域 所属区县 区县 所属区 地区 区域 spatial district region"
    ),
    ("entry", "gov:baseLibrary", ""): "所属基础库 基础库 基础库类型 baselibrary",
    ("entry", "gov:sourceSystem", ""): (
        "信息系统名称 所属系统名称 所属系统 来源系统 系统名称 业务系统 system sourcesystem"
    ),
    ("entry", "gov:legalBasis", ""): "法律依据 不予共享依据 不予开放依据 政策依据 legalbasis",
    ("entry", "dcat:version", ""): "版本号 版本 version",
    ("contact", "vcard:hasEmail", ""): "联系邮箱 电子邮箱 邮箱 电子邮件 email contactemail mail",
    ("contact", "vcard:hasTelephone", ""): (
        "联系电话 咨询电话 办公电话 电话 phone tel telephone contactphone"
    ),
    (
        "contact",
        "vcard:fn",
        "",
    ): "联系人 业务联系人 负责人 联系方式 contact contactname contactpoint",
    ("item", "csvw:title", ""): (
        "数据项名称 信息项名称 数据项 信息项 字段中文名 字段中文名称 字段名称 数据项中文名称 "
        "中文名称 itemname itemtitle fieldlabel columntitle"
    ),
    (
        "item",
        "csvw:name",
        "",
    ): "字段名 字段英文名 字段英文名称 英文名称 英文名 fieldname columnname field",
    ("item", "gov:dataType", ""): (
        "数据类型 字段类型 数据项类型 信息项类型 类型 datatype fieldtype columntype type"
    ),
    ("item", "gov:length", ""): "数据长度 字段长度 字段大小 长度 length",
    ("item", "dct:description", ""): "字段描述 字段说明 定义说明 信息项描述 fielddescription",
    ("item", "gov:position", ""): "序号 排序 顺序号 项序号 position no number order",
}

# Words that say yes or no of being open to society, where the column asks whether it is.
WHETHER = ("是否", "is", "open?")
YES_AND_NO = {"是": "无条件开放", "否": "非开放", "yes": "无条件开放", "no": "非开放"}
YES_AND_NO |= {"1": "无条件开放", "0": "非开放", "true": "无条件开放", "false": "非开放"}

# Forms of dates that need saying: without it a day could be a month.
SAID_FORMS = ("%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y%m", "%d %B %Y")
SEPARATORS = (",", "，", ";", "；", "|", "、", "/", " ")
