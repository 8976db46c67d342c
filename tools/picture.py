"""The picture of the README: tweets with the shipped model's emoji and confidence, as SVG."""

from xml.sax.saxutils import escape

from tweetmoji.runtime.emojifier import load

TWEETS = ("Today is a good day!", "I miss you so much", "How dare they!")
COLORS = ("#f2b01e", "#4a7fd0", "#d1453b")
"""Colors of the bars."""

EMOJI_FONTS = "Apple Color Emoji, Segoe UI Emoji, Noto Color Emoji, sans-serif"


def render_picture() -> str:
    """Render the picture."""
    cards = []
    for i, prediction in enumerate(load(threads=1).predict(TWEETS)):
        cards.append(
            f"""  <g transform="translate(20 {20 + 96 * i})">
    <rect width="680" height="80" rx="16" fill="#ffffff" stroke="#d0d7de"/>
    <text x="24" y="36" font-size="20" fill="#1f2328">{escape(TWEETS[i])}</text>
    <rect x="24" y="54" width="400" height="8" rx="4" fill="#eaeef2"/>
    <rect x="24" y="54" width="{400 * prediction.confidence:.0f}" height="8" rx="4" fill="{COLORS[i]}"/>
    <text x="440" y="63" font-size="15" fill="#59636e">{prediction.label} {prediction.confidence:.0%}</text>
    <text x="640" y="54" font-size="40" text-anchor="middle" font-family="{EMOJI_FONTS}">{prediction.emoji}</text>
  </g>"""
        )
    body = "\n".join(cards)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 308" role="img" '
        f'font-family="system-ui, sans-serif">\n{body}\n</svg>\n'
    )
