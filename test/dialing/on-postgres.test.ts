import { describeBudget } from './budget.js';
import { describeCallerIds } from './caller-ids.js';
import { describeCallerIdsOff } from './caller-ids-off.js';
import { describeCompliance } from './compliance.js';
import { describeControls } from './controls.js';
import { describeGuarantees } from './guarantees.js';
import { describePacing } from './pacing.js';
import { describeTwoWorkers } from './two-workers.js';
import { describeWholeWay } from './whole-way.js';

describeWholeWay('postgres');
describeGuarantees('postgres');
describeControls('postgres');
describeCompliance('postgres');
describeBudget('postgres');
describeCallerIds('postgres');
describeCallerIdsOff('postgres');
describePacing('postgres');
describeTwoWorkers('postgres');
