"""Linking: what papers name -> entities, with a reason for every link and every refusal."""

from kg.link.cluster import Link, Refusal
from kg.link.linking import LinkedEntity, Linking, link
from kg.link.names import fold, is_acronym
from kg.link.nodes import Member

__all__ = ["Link", "LinkedEntity", "Linking", "Member", "Refusal", "fold", "is_acronym", "link"]
