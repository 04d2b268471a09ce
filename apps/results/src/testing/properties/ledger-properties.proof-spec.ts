import { describeLedgerProperties } from './describe-ledger-properties.js';

describeLedgerProperties({ oneAfterTheOther: 250, atTheSameTime: 120, timeoutMs: 1_800_000 });
