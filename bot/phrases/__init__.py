"""Every sentence the bot can say, and nothing else. Short lines for a phone; the next step always included; no blame.

Answers to policy questions are composed in knowledge/ from the policy's own words; refusals of the hall's verbs carry
their sentence with them (kit.errors.Problem). All else is here.
"""
