import { writeGithub } from './github-report';
import { writeJson } from './json-report';
import type { Report } from './report';
import { writeSarif } from './sarif-report';
import { writeText } from './text-report';

/** The formats in which a report can be written. */
export const reportWriters = {
  text: writeText,
  json: writeJson,
  sarif: writeSarif,
  github: writeGithub,
} as const satisfies Readonly<Record<string, (report: Report) => string>>;

/** Name of a format. */
export type ReportFormat = keyof typeof reportWriters;

/** Names of the formats, the default first. */
export const reportFormats = Object.keys(reportWriters) as readonly ReportFormat[];
