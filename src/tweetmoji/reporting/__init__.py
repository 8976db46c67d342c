"""What every report shares: the style of plots, the page, the templates. Needs matplotlib and Jinja2."""
