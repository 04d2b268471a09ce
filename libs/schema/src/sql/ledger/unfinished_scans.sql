CREATE VIEW ledger.unfinished_scans AS SELECT scope, unfinished FROM ledger.counters;
