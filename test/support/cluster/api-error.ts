import { type Kind, resourceOf } from './kinds';

/** A refusal, in the words of the Kubernetes API. */
export class ApiError extends Error {
  constructor(
    readonly code: number,
    readonly reason: string,
    message: string,
    readonly details: object = {},
  ) {
    super(message);
  }

  /** The body of the response. */
  get status(): object {
    const { code, reason, message, details } = this;
    return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, details, code };
  }
}

function detailsOf({ group, plural }: Kind, name: string, causes?: readonly object[]): object {
  return { name, ...(group === '' ? {} : { group }), kind: plural, ...(causes ? { causes } : {}) };
}

export function notFound(kind: Kind, name: string): ApiError {
  return new ApiError(404, 'NotFound', `${resourceOf(kind)} "${name}" not found`, detailsOf(kind, name));
}

export function alreadyExists(kind: Kind, name: string): ApiError {
  return new ApiError(409, 'AlreadyExists', `${resourceOf(kind)} "${name}" already exists`, detailsOf(kind, name));
}

/** Another writer changed the object after it was read. */
export function modified(kind: Kind, name: string): ApiError {
  const cause = 'the object has been modified; please apply your changes to the latest version and try again';
  const message = `Operation cannot be fulfilled on ${resourceOf(kind)} "${name}": ${cause}`;
  return new ApiError(409, 'Conflict', message, detailsOf(kind, name));
}

/** Another manager owns fields that are applied. */
export function ownedByOthers(kind: Kind, name: string, conflicts: readonly [field: string, manager: string][]) {
  const causes = conflicts.map(([field, manager]) => {
    return { reason: 'FieldManagerConflict', message: `conflict with "${manager}"`, field };
  });
  const [[field, manager] = ['', '']] = conflicts;
  const message =
    conflicts.length === 1
      ? `Apply failed with 1 conflict: conflict with "${manager}": ${field}`
      : `Apply failed with ${conflicts.length} conflicts: ${conflicts.map(([at, who]) => `conflict with "${who}": ${at}`).join('\n')}`;
  return new ApiError(409, 'Conflict', message, detailsOf(kind, name, causes));
}

export function invalid(kind: Kind, name: string, field: string, cause: string): ApiError {
  const type = kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`;
  const causes = [{ reason: 'FieldValueForbidden', message: cause, field }];
  const message = `${type} "${name}" is invalid: ${field}: ${cause}`;
  return new ApiError(422, 'Invalid', message, { ...detailsOf(kind, name, causes), kind: kind.kind });
}

export function forbidden(kind: Kind, verb: string, namespace: string, name: string, user: string): ApiError {
  const place = namespace === '' ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const what = `${resourceOf(kind)}${name === '' ? '' : ` "${name}"`}`;
  const denial = `User "${user}" cannot ${verb} resource "${kind.plural}" in API group "${kind.group}" ${place}`;
  return new ApiError(403, 'Forbidden', `${what} is forbidden: ${denial}`, detailsOf(kind, name));
}

export function unknownPath(): ApiError {
  return new ApiError(404, 'NotFound', 'the server could not find the requested resource');
}

export function badRequest(message: string): ApiError {
  return new ApiError(400, 'BadRequest', message);
}
