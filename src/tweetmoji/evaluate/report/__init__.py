"""Views of a scorecard: a page, plots, a model card, and the tables of the documents."""
