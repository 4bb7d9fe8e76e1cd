"""How an article was read, for people: sentence by sentence what was taken, what was overruled, and which rules were near."""

from kg_build.explaining.account import Account, Said, SentenceAccount, give_account
from kg_build.explaining.pages import html_page
from kg_build.explaining.plain import lines

__all__ = ["Account", "Said", "SentenceAccount", "give_account", "html_page", "lines"]
