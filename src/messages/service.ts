import type { AnswerRow } from '../query/builder.ts'
import type { Query } from '../query/query.ts'
import type { CreateOf, RowOf, UpdateOf } from '../rows/tables.ts'
import type { RowRef, Values } from '../rows/value.ts'
import type {
  OrganizationService,
  RequestFor,
  ResponseFor,
  StepOrganization,
} from './organization-service.ts'
import type {
  CreateResponse,
  RequestOptions,
  RetrieveMultipleResponse,
  RetrieveResponse,
  UpsertResponse,
  VersionCondition,
} from './requests.ts'

/** Sends one message; its request and response are what the message declares. */
export type Execute = (message: string, request: object) => Promise<unknown>

type AssociationOptions = RequestOptions & { readonly role?: 'Referencing' | 'Referenced' }

/**
 * Typed methods over messages by name. The casts stand here and nowhere else: what a message answers is
 * known by its name, and `requests.ts` says what.
 */
export class MessageService implements OrganizationService {
  readonly #execute: Execute

  constructor(execute: Execute) {
    this.#execute = execute
  }

  create<const T extends string>(
    table: T,
    values: CreateOf<T>,
    options?: RequestOptions,
  ): Promise<string> {
    return this.#execute('Create', withOptions({ table, values }, options)).then(idOf)
  }

  retrieve<const T extends string, const C extends string>(
    table: T,
    id: string,
    columns?: readonly C[],
  ): Promise<RowOf<T, C>> {
    return this.#execute(
      'Retrieve',
      columns === undefined ? { table, id } : { table, id, columns },
    ).then((response) => (response as RetrieveResponse).row as RowOf<T, C>)
  }

  update<const T extends string>(
    table: T,
    id: string,
    values: UpdateOf<T>,
    options?: RequestOptions & VersionCondition,
  ): Promise<void> {
    return this.#execute('Update', withOptions({ table, id, values }, options)) as Promise<void>
  }

  upsert<const T extends string>(
    table: T,
    idOrKey: string | Values,
    values: CreateOf<T>,
    options?: RequestOptions & { readonly only?: 'create' | 'update' },
  ): Promise<UpsertResponse> {
    const which = typeof idOrKey === 'string' ? { id: idOrKey } : { key: idOrKey }
    return this.#execute('Upsert', {
      table,
      ...which,
      values,
      ...options,
    }) as Promise<UpsertResponse>
  }

  delete(table: string, id: string, options?: RequestOptions & VersionCondition): Promise<void> {
    return this.#execute('Delete', withOptions({ table, id }, options)) as Promise<void>
  }

  associate(
    target: RowRef,
    relationship: string,
    related: RowRef | readonly RowRef[],
    options?: AssociationOptions,
  ): Promise<void> {
    const request = { target, relationship, related: listOf(related) }
    return this.#execute('Associate', withOptions(request, options)) as Promise<void>
  }

  disassociate(
    target: RowRef,
    relationship: string,
    related: RowRef | readonly RowRef[],
    options?: AssociationOptions,
  ): Promise<void> {
    const request = { target, relationship, related: listOf(related) }
    return this.#execute('Disassociate', withOptions(request, options)) as Promise<void>
  }

  retrieveMultiple<Q extends Query>(query: Q): Promise<RetrieveMultipleResponse<AnswerRow<Q>>> {
    return this.#execute('RetrieveMultiple', { query }) as Promise<
      RetrieveMultipleResponse<AnswerRow<Q>>
    >
  }

  execute<const N extends string>(message: N, request: RequestFor<N>): Promise<ResponseFor<N>> {
    return this.#execute(message, request) as Promise<ResponseFor<N>>
  }
}

/** As `Execute`, as another user where one is named. */
export type ExecuteAs = (message: string, request: object, userId?: string) => Promise<unknown>

/** What a step is given to call. */
export class StepService extends MessageService implements StepOrganization {
  readonly #execute: ExecuteAs
  readonly #systemUserId: string

  constructor(execute: ExecuteAs, systemUserId: string) {
    super(execute)
    this.#execute = execute
    this.#systemUserId = systemUserId
  }

  as(userId: string): OrganizationService {
    return new MessageService((message, request) => this.#execute(message, request, userId))
  }

  asSystem(): OrganizationService {
    return this.as(this.#systemUserId)
  }
}

function listOf(related: RowRef | readonly RowRef[]): readonly RowRef[] {
  return 'table' in related ? [related] : related
}

function withOptions(request: object, options: RequestOptions | undefined): object {
  return options === undefined ? request : { ...request, ...options }
}

const idOf = (response: unknown): string => (response as CreateResponse).id
