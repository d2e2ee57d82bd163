"""The treasurer's part of the desk: gifts, refunds, the ledger, its sums, and what is settled of them."""
