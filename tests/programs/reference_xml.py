"""Reference, the standard library: `xml.etree.ElementTree` and `xmlrpc`."""

import xml.etree.ElementTree as ET
import xmlrpc.client

root = ET.fromstring("<list kind='x'><item n='1'>one</item><item n='2'>two &amp; more</item><empty/></list>")
print(root.tag, root.attrib, [(i.get("n"), i.text) for i in root.findall("item")], root.find("empty").text)
ET.SubElement(root, "new", {"a": "<"}).text = "\xe9"
ET.indent(root)
print(ET.tostring(root, encoding="unicode"))
try:
    ET.fromstring("<a><b></a>")
except ET.ParseError as error:
    print(error)
text = xmlrpc.client.dumps((1, "two", [3.5, None]), "method", allow_none=True)
print(xmlrpc.client.loads(text))
