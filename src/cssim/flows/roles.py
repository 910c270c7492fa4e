"""The handbook's roles (R90), with the lane names that stand for them in the document."""

from __future__ import annotations

from cssim.flows.graph import Text

ROLES: dict[str, Text] = {
    "agent": Text("客服", "agent"),
    "regional_engineer": Text("大区客服/平台", "regional engineer"),
    "hq_engineer": Text("总部客服", "HQ engineer"),
    "service_manager": Text("客服经理", "service manager"),
    "logistics": Text("物流部", "logistics"),
    "product_centre": Text("产品管理中心", "product management centre"),
    "supplier": Text("产品供应商", "supplier"),
    "other_department": Text("其它部门", "other department"),
    "product_manager": Text("产品经理", "product manager"),
    "rnd": Text("研发部", "R&D"),
    "finance": Text("财务部", "finance"),
    "board": Text("公司决策层", "executive board"),
    "product_review": Text("产品管理部", "product review"),
    "regional_sales": Text("大区销售", "regional sales"),
    "regional_manager": Text("大区经理", "regional manager"),
    "sales_director": Text("销售总监", "sales director"),
    "bu_manager": Text("事业部总经理/事业部经理", "business-unit manager"),
    "purchasing": Text("采购执行部门", "purchasing"),  # places orders, takes no step
    "customer": Text("客户", "customer"),
}

# levels of support, the lowest first; what goes up goes to a later one
TIERS = ("agent", "regional_engineer", "hq_engineer", "product_centre", "supplier")


def title(role: str) -> Text:
    """What a role is called; a role of a user's own flow by its id."""
    return ROLES.get(role, Text(role.replace("_", " "), role.replace("_", " ")))
