"""A page of HTML, checked and read as the tests of reports do."""

from html.parser import HTMLParser

VOID = {"meta", "br", "img", "link", "hr", "input"}


class Page(HTMLParser):
    """Checks that elements are closed in order, and collects words and addresses."""

    def __init__(self, content):
        super().__init__()
        self.open, self.words, self.addresses = [], [], []
        self.feed(content)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)
        self.addresses += [(tag, value) for name, value in attrs if name in {"src", "href", "xlink:href", "data"}]

    def handle_startendtag(self, tag, attrs):
        self.addresses += [(tag, value) for name, value in attrs if name in {"src", "href", "xlink:href", "data"}]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words += data.split()

    @property
    def text(self):
        return " ".join(self.words)

    @property
    def outside(self):
        """The addresses that are not within the page, each with its tag."""
        return {(tag, address) for tag, address in self.addresses if not address.startswith("#")}
