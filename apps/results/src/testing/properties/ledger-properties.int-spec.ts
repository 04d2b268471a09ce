import { describeLedgerProperties } from './describe-ledger-properties.js';

/** Enough that a broken rule is seen in every run (`ledger-properties.proof-spec` tries many more). */
describeLedgerProperties({ oneAfterTheOther: 25, atTheSameTime: 12, timeoutMs: 240_000 });
