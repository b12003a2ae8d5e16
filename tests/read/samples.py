"""Small files of our own in every format, each with two papers, of which the second has no abstract."""

from __future__ import annotations

import json

TEXT = "Foo serves models 10<sup>3</sup> times faster than Bar, if a &lt; b."
PLAIN = TEXT.replace("<sup>3</sup>", "^3")
READ = "Foo serves models 10^3 times faster than Bar, if a < b."

ATOM = f"""<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom">
  <title>arXiv Query</title>
  <entry>
    <id>http://arxiv.org/abs/2511.00001v2</id>
    <title>Foo
  and Bar</title>
    <published>2025-11-01T10:00:00Z</published><updated>2025-11-03T10:00:00Z</updated>
    <summary>  {PLAIN}
</summary>
    <author><name>Jane Doe</name></author><author><name>John Roe</name></author>
    <arxiv:comment>5 pages</arxiv:comment><arxiv:doi>10.1000/Foo.1</arxiv:doi>
    <link href="http://arxiv.org/abs/2511.00001v2" rel="alternate" type="text/html"/>
    <category term="cs.DC"/><category term="cs.LG"/>
  </entry>
  <entry><id>http://arxiv.org/abs/2511.00002v1</id><title>Baz</title></entry>
</feed>
"""
OAI = f"""<?xml version="1.0" encoding="UTF-8"?>
<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>
<record><header><identifier>oai:arXiv.org:2511.00001</identifier></header><metadata>
<arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>2511.00001</id><created>2025-11-01</created><updated>2025-11-03</updated>
<authors><author><keyname>Doe</keyname><forenames>Jane</forenames></author>
<author><keyname>Roe</keyname><forenames>John</forenames></author></authors>
<title>Foo and Bar</title><categories>cs.DC cs.LG</categories><comments>5 pages</comments><doi>10.1000/foo.1</doi>
<abstract>  {PLAIN}
</abstract></arXiv></metadata></record>
<record><header status="deleted"><identifier>oai:arXiv.org:2511.00002</identifier></header></record>
</ListRecords></OAI-PMH>
"""
ARXIV_RAW = f"""<record xmlns="http://www.openarchives.org/OAI/2.0/"><header>
<identifier>oai:arXiv.org:2511.00001</identifier></header><metadata><arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/"><id>2511.00001</id>
<version version="v1"><date>Sat, 1 Nov 2025 10:00:00 GMT</date></version>
<version version="v2"><date>Mon, 3 Nov 2025 10:00:00 GMT</date></version>
<title>Foo and Bar</title><authors>Jane Doe and John Roe</authors><categories>cs.DC cs.LG</categories>
<comments>5 pages</comments><doi>10.1000/foo.1</doi><abstract>{PLAIN}</abstract>
</arXivRaw></metadata></record>
"""
DUBLIN_CORE = f"""<record><header><identifier>oai:arXiv.org:2511.00001</identifier></header><metadata>
<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>Foo and Bar</dc:title><dc:creator>Doe, Jane</dc:creator><dc:creator>Roe, John</dc:creator>
<dc:subject>cs.DC</dc:subject><dc:subject>cs.LG</dc:subject><dc:description>Comment: 5 pages</dc:description>
<dc:description>{PLAIN}</dc:description><dc:date>2025-11-01</dc:date><dc:date>2025-11-03</dc:date>
<dc:identifier>http://arxiv.org/abs/2511.00001</dc:identifier><dc:identifier>doi:10.1000/foo.1</dc:identifier>
</oai_dc:dc></metadata></record>
"""
PUBMED = f"""<?xml version="1.0"?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle//EN" "https://dtd.nlm.nih.gov/pubmed.dtd">
<PubmedArticleSet>
<PubmedArticle><MedlineCitation><PMID Version="1">123</PMID>
<DateRevised><Year>2025</Year><Month>11</Month><Day>3</Day></DateRevised>
<Article><Journal>
<JournalIssue><PubDate><Year>2025</Year><Month>Nov</Month><Day>1</Day></PubDate></JournalIssue></Journal>
<ArticleTitle>Foo <i>and</i> Bar</ArticleTitle><ELocationID EIdType="doi">10.1000/foo.1</ELocationID>
<Abstract><AbstractText>{TEXT}</AbstractText><AbstractText Label="RESULTS">It works.</AbstractText></Abstract>
<AuthorList><Author><LastName>Doe</LastName><ForeName>Jane</ForeName></Author>
<Author><CollectiveName>The Foo Team</CollectiveName></Author></AuthorList></Article>
<KeywordList><Keyword>serving</Keyword></KeywordList></MedlineCitation></PubmedArticle>
<PubmedArticle><MedlineCitation><PMID>124</PMID><Article><ArticleTitle>Baz</ArticleTitle></Article></MedlineCitation>
</PubmedArticle></PubmedArticleSet>
"""
JATS = f"""<?xml version="1.0"?>
<!DOCTYPE article PUBLIC "-//NLM//DTD JATS (Z39.96) Journal Publishing DTD v1.2//EN" "JATS-journalpublishing1.dtd">
<articles><article><front><article-meta><article-id pub-id-type="doi">10.1000/foo.1</article-id>
<article-id pub-id-type="arxiv">2511.00001</article-id>
<title-group><article-title>Foo <italic>and</italic> Bar</article-title></title-group>
<contrib-group>
<contrib contrib-type="author"><name><surname>Doe</surname><given-names>Jane</given-names></name></contrib>
<contrib contrib-type="author"><collab>The Foo Team</collab></contrib>
<contrib contrib-type="editor"><name><surname>Poe</surname></name></contrib></contrib-group>
<pub-date><day>1</day><month>11</month><year>2025</year></pub-date>
<abstract abstract-type="graphical"><p>A figure.</p></abstract>
<abstract><title>Abstract</title><sec><title>Aims</title><p>{TEXT}</p></sec><sec><title>Results</title>
<p>It takes <inline-formula><alternatives>
<tex-math>\\documentclass{{minimal}}\\begin{{document}}$$2^{{5}}$$\\end{{document}}
</tex-math><math><msup><mn>2</mn><mn>5</mn></msup></math></alternatives></inline-formula> steps.</p></sec></abstract>
<kwd-group><kwd>serving</kwd></kwd-group></article-meta></front><body><p>Much more.</p></body></article>
<article><front><article-meta><title-group><article-title>Baz</article-title></title-group></article-meta>
</front></article>
</articles>
"""
ZOTERO_RDF = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:z="http://www.zotero.org/namespaces/export#" xmlns:dcterms="http://purl.org/dc/terms/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:bib="http://purl.org/net/biblio#"
 xmlns:foaf="http://xmlns.com/foaf/0.1/">
<bib:Article rdf:about="http://arxiv.org/abs/2511.00001"><z:itemType>journalArticle</z:itemType>
<bib:authors><rdf:Seq><rdf:li>
<foaf:Person><foaf:surname>Doe</foaf:surname><foaf:givenName>Jane</foaf:givenName></foaf:Person>
</rdf:li><rdf:li rdf:nodeID="n1"/></rdf:Seq></bib:authors><dc:identifier>DOI 10.1000/foo.1</dc:identifier>
<dcterms:abstract>{PLAIN}</dcterms:abstract>
<dc:title>Foo and Bar</dc:title><dc:date>11/01/2025</dc:date>
</bib:Article>
<foaf:Person rdf:nodeID="n1"><foaf:name>John Roe</foaf:name></foaf:Person>
<z:Attachment rdf:about="#item_1"><z:itemType>attachment</z:itemType><dc:title>PDF</dc:title></z:Attachment>
<bib:Article rdf:about="#item_2"><z:itemType>journalArticle</z:itemType><dc:title>Baz</dc:title></bib:Article>
</rdf:RDF>
"""
RIS = f"""Provider: someone
1.
TY  - JOUR
TI  - Foo
and Bar
AU  - Doe, Jane
AU  - Roe, John
PY  - 2025
DA  - 2025/11/01/
DO  - 10.1000/foo.1
KW  - serving
models
AB  - Foo serves models
  {TEXT.removeprefix("Foo serves models ")}
UR  - https://example.org/foo;a
ER  -

2.
TY  - CONF
TI  - Baz
N2  -
"""
WOS = f"""\ufeffFN Someone Web of Knowledge
VR 1.0
PT J
AU Doe, J
   Roe, J
AF Doe, Jane
   Roe, John
TI Foo
   and Bar
PD NOV 1
PY 2025
DI 10.1000/foo.1
DE serving; models
ZZ whatever
AB {TEXT}
UT WOS:000001
ER

PT J
TI Baz
ER

EF
"""
MEDLINE = f"""PMID- 123
TI  - Foo
      and Bar
DP  - 2025 Nov 1
LID - 10.1000/foo.1 [doi]
LID - e1
AB  - Foo serves models
      {TEXT.removeprefix("Foo serves models ")}
FAU - Doe, Jane
AU  - Doe J
FAU - Roe, John
OT  - serving

PMID- 124
TI  - Baz
"""
CSL_YAML = f"""---
references:
- id: foo
  title: Foo and Bar
  abstract: >-
    {PLAIN}
  author:
    - family: Doe
      given: Jane
    - family: Roe
      given: John
  DOI: 10.1000/foo.1
  issued:
    - year: 2025
      month: 11
      day: 1

- id: baz
  title: "Baz: more"
...
"""
CSL_JSON = json.dumps([
    {"id": "foo", "title": "Foo and Bar", "abstract": TEXT, "DOI": "10.1000/foo.1",
     "author": [{"family": "Doe", "given": "Jane"}, {"family": "Roe", "given": "John"}],
     "issued": {"date-parts": [["2025", 11, 1]]}},
    {"id": "baz", "title": "Baz"}])
CROSSREF = json.dumps({"status": "ok", "message": {"items": [
    {"DOI": "10.1000/foo.1", "title": ["Foo and Bar"], "created": {"date-parts": [[2026, 1, 1]]},
     "issued": {"date-parts": [[2025, 11, 1]]}, "abstract": f"<jats:title>Abstract</jats:title><jats:p>{TEXT}</jats:p>",
     "author": [{"given": "Jane", "family": "Doe"}, {"given": "John", "family": "Roe"}],
     "URL": "https://doi.org/10.1000/foo.1"},
    {"DOI": "10.1000/baz", "title": ["Baz"]}]}})
_WORDS = TEXT.replace("<sup>3</sup>", "^3").replace("&lt;", "<").split()
OPENALEX = json.dumps({"meta": {"count": 2}, "results": [
    {"id": "https://openalex.org/W1", "doi": "https://doi.org/10.1000/foo.1", "title": "Foo and Bar",
     "publication_date": "2025-11-01", "updated_date": "2025-11-03T10:00:00",
     "authorships": [{"author": {"display_name": "Jane Doe"}}, {"author": {"display_name": "John Roe"}}],
     "locations": [{"landing_page_url": "http://arxiv.org/abs/2511.00001"}], "topics": [{"display_name": "serving"}],
     "abstract_inverted_index": {
         word: [at for at, one in enumerate(_WORDS) if one == word] for word in sorted(set(_WORDS))}},
    {"id": "https://openalex.org/W2", "title": "Baz", "abstract_inverted_index": None}]})
SEMANTIC_SCHOLAR = json.dumps({"total": 2, "offset": 0, "data": [
    {"paperId": "abc", "externalIds": {"ArXiv": "2511.00001", "DOI": "10.1000/foo.1"}, "title": "Foo and Bar",
     "abstract": TEXT, "authors": [{"authorId": "1", "name": "Jane Doe"}, {"authorId": "2", "name": "John Roe"}],
     "publicationDate": "2025-11-01", "year": 2025, "openAccessPdf": {"url": "x", "disclaimer": "Abstract available"}},
    {"paperId": "abd", "title": "Baz", "abstract": None}]})
SEMANTIC_SCHOLAR_BULK = "\n".join(map(json.dumps, [
    {"corpusid": 7, "openaccessinfo": {"externalids": {"ArXiv": "2511.00001", "DOI": None}}, "abstract": TEXT},
    {"corpusid": 8, "externalids": {"DOI": "10.1000/baz"}, "title": "Baz"}]))
DAILY_PAPERS = json.dumps([
    {"paper": {"id": "2511.00001", "title": "Foo and Bar", "summary": TEXT, "ai_summary": "Foo is fast.",
               "authors": [{"name": "Jane Doe"}, {"name": "John Roe"}], "publishedAt": "2025-11-01T00:00:00.000Z"},
     "title": "Foo and Bar", "summary": TEXT, "publishedAt": "2025-11-02T00:00:00.000Z"},
    {"paper": {"id": "2511.00002", "title": "Baz", "summary": ""}, "title": "Baz", "summary": ""}])
OPENREVIEW = json.dumps([{"venue": "Conference", "submissions": [
    {"id": "foo", "cdate": 1761991200000, "forum": "foo", "content": {
        "title": {"value": "Foo and Bar"}, "abstract": {"value": TEXT}, "authors": {"value": ["Jane Doe", "John Roe"]}},
     "revisions": [{"content": {"title": "Old", "abstract": "Old text."}}]},
    {"id": "baz", "content": {"title": "Baz", "abstract": ""}}]}])
ZOTERO_JSON = json.dumps({"config": {"id": "x"}, "items": [
    {"itemType": "journalArticle", "key": "foo", "title": "Foo and Bar", "abstractNote": TEXT, "DOI": "10.1000/foo.1",
     "date": "November 1, 2025", "tags": [{"tag": "serving"}],
     "creators": [{"creatorType": "author", "firstName": "Jane", "lastName": "Doe"},
                  {"creatorType": "author", "firstName": "John", "lastName": "Roe"},
                  {"creatorType": "editor", "firstName": "Ed", "lastName": "Poe"}]},
    {"itemType": "book", "key": "baz", "title": "Baz", "abstractNote": ""}]})
PAPERS_WITH_CODE = json.dumps([
    {"paper_url": "https://example.org/foo", "arxiv_id": "2511.00001", "title": "Foo and Bar", "abstract": TEXT,
     "url_abs": "http://arxiv.org/abs/2511.00001v2", "authors": ["Jane Doe", "John Roe"],
     "date": "2025-11-01", "tasks": []},
    {"title": "Baz", "abstract": None, "arxiv_id": None}])
SCOPUS = (
    'Authors,"Author full names",Title,Year,DOI,Abstract,"Author Keywords",EID\n'
    '"Doe J.; Roe J.","Doe, Jane (57000000001); Roe, John (57000000002)",'
    f'"Foo and Bar",2025,10.1000/foo.1,"{TEXT}","serving; models",2-s2.0-1\n'
    ',,Baz,2025,,"[No abstract available]",,2-s2.0-2\n')
BIBTEX = f"""@string{{v = "Venue"}}
@article{{foo, title={{Foo and {{Bar}}}}, author={{Doe, Jane and Roe, John}}, journal=v, year=2025, month=nov,
  doi={{10.1000/foo.1}}, url={{https://example.org/a\\_b{{\\&}}c}}, abstract={{{TEXT}}}}}
@misc{{baz, title={{Baz}}}}
"""
_MORE = "It was measured on many machines. " * 6
LISTING = f"Foo and Bar\n\n{READ} {_MORE}\n\narXiv:2511.00001\nCreated: 2025-11-01\n\narXiv:2511.00002\n"
JSON_LINES = "\n".join(map(json.dumps, [
    {"id": "foo", "title": "Foo and Bar", "abstract": TEXT, "authors": ["Jane Doe", "John Roe"],
     "doi": "10.1000/foo.1"},
    {"id": "baz", "title": "Baz"}]))

SAMPLES: dict[str, tuple[str, str]] = {
    "Atom": ("Atom", ATOM), "OAI arXiv": ("OAI-PMH", OAI), "OAI arXivRaw": ("OAI-PMH", ARXIV_RAW),
    "OAI oai_dc": ("OAI-PMH", DUBLIN_CORE), "PubMed": ("PubMed XML", PUBMED), "JATS": ("JATS", JATS),
    "Zotero RDF": ("Zotero RDF", ZOTERO_RDF), "RIS": ("RIS", RIS),
    "RIS, one blank": ("RIS", RIS.replace("  - ", " - ").replace("  -\n", " -\n")),
    "Web of Science": ("Web of Science", WOS),
    "MEDLINE": ("MEDLINE", MEDLINE), "CSL YAML": ("CSL YAML", CSL_YAML), "CSL JSON": ("JSON", CSL_JSON),
    "Crossref": ("JSON", CROSSREF), "OpenAlex": ("JSON", OPENALEX), "Semantic Scholar": ("JSON", SEMANTIC_SCHOLAR),
    "Semantic Scholar, bulk": ("JSON", SEMANTIC_SCHOLAR_BULK), "daily papers": ("JSON", DAILY_PAPERS),
    "OpenReview": ("JSON", OPENREVIEW), "Zotero JSON": ("JSON", ZOTERO_JSON),
    "Papers with Code": ("JSON", PAPERS_WITH_CODE),
    "JSON Lines": ("JSON", JSON_LINES), "Scopus": ("CSV or TSV", SCOPUS), "BibTeX": ("BibTeX", BIBTEX),
    "listing": ("plain-text listing", LISTING),
}
"""For each kind of file the format that it is told to be, and its text."""
