"""QR codes of addresses, for pages and for paper. Pure."""

import io

import segno


def qr_code(address: str) -> bytes:
    """An SVG with a QR code of an address: black on white whatever the page's colours, with the quiet border that
    readers need (four modules, ISO/IEC 18004), and enough spare marks for a creased sheet (level M)."""
    picture = io.BytesIO()
    segno.make_qr(address, error="m").save(
        picture, kind="svg", xmldecl=False, svgclass=None, lineclass=None, omitsize=True, light="#fff", nl=False
    )
    return picture.getvalue()
