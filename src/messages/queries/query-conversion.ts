import type { Message } from '../../pipeline/message.ts'
import { parseFetchXml } from '../../query/fetchxml/parse.ts'
import { printFetchXml } from '../../query/fetchxml/print.ts'
import { parseQueryExpression } from '../../query/query-expression/parse.ts'
import { printQueryExpression } from '../../query/query-expression/print.ts'
import { EMPTY_GUID } from '../../rows/guid.ts'
import { DataverseError } from '../../errors/dataverse-error.ts'
import type {
  FetchXmlToQueryExpressionRequest,
  FetchXmlToQueryExpressionResponse,
  QueryExpressionToFetchXmlRequest,
  QueryExpressionToFetchXmlResponse,
} from '../requests.ts'

const NOTHING = { table: undefined, id: EMPTY_GUID } as const

/** https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/fetchxmltoqueryexpression */
export const fetchXmlToQueryExpression: Message<
  'FetchXmlToQueryExpression',
  FetchXmlToQueryExpressionRequest,
  FetchXmlToQueryExpressionResponse
> = {
  name: 'FetchXmlToQueryExpression',
  onlyReads: true,
  begin: () => NOTHING,
  run: ({ request: { FetchXml }, runtime: { catalog } }) => {
    if (typeof FetchXml !== 'string') {
      throw new DataverseError(
        'INVALID_ARGUMENT',
        "FetchXmlToQueryExpression needs the parameter 'FetchXml'.",
      )
    }
    return { Query: printQueryExpression(parseFetchXml(FetchXml, catalog)) }
  },
  inputParameters: ({ request }) => ({ FetchXml: request.FetchXml }),
  outputParameters: ({ response }) => ({ ...response }),
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/queryexpressiontofetchxml */
export const queryExpressionToFetchXml: Message<
  'QueryExpressionToFetchXml',
  QueryExpressionToFetchXmlRequest,
  QueryExpressionToFetchXmlResponse
> = {
  name: 'QueryExpressionToFetchXml',
  onlyReads: true,
  begin: () => NOTHING,
  run: ({ request: { Query }, runtime: { catalog } }) => ({
    FetchXml: printFetchXml(parseQueryExpression(Query, catalog)),
  }),
  inputParameters: ({ request }) => ({ Query: request.Query }),
  outputParameters: ({ response }) => ({ ...response }),
}
