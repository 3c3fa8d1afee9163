import { parseODataQuery } from '../../../src/query/odata/parse-query.ts'
import { ask, catalog, column, guid, ref, tableNamed } from '../world.ts'

const WORLD = {
  account: [
    { accountid: guid(1), name: 'Contoso', revenue: 300, primarycontactid: ref('contact', 11) },
    { accountid: guid(2), name: "O'Brien", revenue: 100 },
    { accountid: guid(3), name: 'Fabrikam', creditonhold: true },
  ],
  contact: [
    { contactid: guid(11), fullname: 'Ann', parentcustomerid: ref('account', 1) },
    { contactid: guid(12), fullname: 'Bob', parentcustomerid: ref('account', 1) },
    { contactid: guid(13), fullname: 'Cid', parentcustomerid: ref('account', 2) },
  ],
}

function names(filter: string) {
  const { query } = parseODataQuery({ select: 'name', filter }, tableNamed('account'), catalog)
  return column(ask(query, WORLD), 'name')
}

test.each([
  ["name eq 'contoso'", ['Contoso']],
  ["name eq 'O''Brien'", ["O'Brien"]],
  ['revenue gt 100', ['Contoso']],
  ['revenue ne 100', ['Contoso', 'Fabrikam']],
  ['not (revenue gt 100)', ["O'Brien"]],
  ["contains(name,'a')", ['Fabrikam']],
  ["startswith(name,'con') or endswith(name,'kam')", ['Contoso', 'Fabrikam']],
  [`_primarycontactid_value eq ${guid(11)}`, ['Contoso']],
  ["primarycontactid/fullname eq 'Ann'", ['Contoso']],
  ['primarycontactid/fullname eq null', ["O'Brien", 'Fabrikam']],
  ["contact_customer_accounts/any(c:c/fullname eq 'Cid')", ["O'Brien"]],
  ["contact_customer_accounts/all(c:c/fullname eq 'Cid')", ["O'Brien", 'Fabrikam']],
  ['contact_customer_accounts/any()', ['Contoso', "O'Brien"]],
  ['creditonhold eq true', ['Fabrikam']],
  ["Microsoft.Dynamics.CRM.In(PropertyName='revenue',PropertyValues=['300','5'])", ['Contoso']],
])('%s', (filter, expected) => {
  expect(names(filter)).toEqual(expected)
})

test.each([
  ['nme eq 1', "Could not find a property named 'nme' on type 'Microsoft.Dynamics.CRM.account'."],
  ["name eq 'O'Bryan'", "There is an unterminated literal at position 17 in 'name eq 'O'Bryan''."],
])('%s is refused', (filter, message) => {
  expect(() => names(filter)).toThrow(expect.objectContaining({ code: 'QUERY_INVALID', message }))
})
