"""Which facts deserve a message, and when: pure rules, without a clock, a ledger or a mail."""
