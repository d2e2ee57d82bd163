"""XML from strangers: no document type, no entity, no network, no more than there is room for. Pure."""

from lxml import etree

from .units import refuse


def parse(content: bytes) -> etree._Element:
    """The root element of an XML text. Raises WrongFile when it is none, or could harm."""
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        refuse("not-text", error)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        refuse("doctype")
    # The declaration may name another encoding than the one the bytes are in.
    body = text.partition("?>")[2] if text.lstrip().startswith("<?xml") else text
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True, encoding="utf-8",
    )  # fmt: skip
    try:
        return etree.fromstring(body.strip().encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        refuse("not-xml", error)


def local(element: etree._Element) -> str:
    """An element's name without its namespace."""
    return etree.QName(element).localname
