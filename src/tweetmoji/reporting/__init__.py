"""What all reports share: plots, the page, the templates. Needs the extra ``evaluate`` or ``explore``."""
