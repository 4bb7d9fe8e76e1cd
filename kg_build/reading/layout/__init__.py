"""From a page's text to its stories: lines, captions, bylines, columns, titles, dates."""
