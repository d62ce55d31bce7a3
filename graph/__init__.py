"""The data and every effect on it: ledger, keeper, views, harvest, search, the sample city."""
