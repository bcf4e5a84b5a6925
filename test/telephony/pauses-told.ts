/** Headers of answers that providers were seen to send, or may send, with the pause in seconds that they mean. */
export const PAUSES_TOLD: readonly (readonly [
  headers: Readonly<Record<string, string>>,
  seconds: number | undefined,
])[] = [
  [{ 'retry-after': '7' }, 7],
  [{ 'retry-after': '0' }, 0],
  [{ 'retry-after': '999999999' }, 900],
  [{ 'retry-after': '120 (busy);duration=60' }, 120],
  [{ 'retry-after': 'Fri, 01 Jan 2027 12:01:30 GMT', date: 'Fri, 01 Jan 2027 12:00:00 GMT' }, 90],
  [{ 'retry-after': 'Friday, 01-Jan-27 12:01:30 GMT', date: 'Friday, 01-Jan-27 12:00:00 GMT' }, 90],
  [{ 'retry-after': 'Fri Jan  1 12:01:30 2027', date: 'Fri Jan  1 12:00:00 2027' }, 90],
  [{ 'retry-after': 'Fri, 01 Jan 2027 11:59:59 GMT', date: 'Fri, 01 Jan 2027 12:00:00 GMT' }, 0],
  [{ 'retry-after': 'Fri, 01 Jan 2027 12:00:00 GMT', date: 'Tue, 01 Jan 2019 12:00:00 GMT' }, 900],
  [{ 'retry-after': '-5' }, undefined],
  [{ 'retry-after': 'soon' }, undefined],
];
