import { describeBudget } from './budget.js';
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
describePacing('postgres');
describeTwoWorkers('postgres');
