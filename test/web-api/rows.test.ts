import { everything } from '../support/organization.ts'
import { idIn, ROOT, world } from './world.ts'

const MISSING = '11111111-0000-4000-8000-000000000000'

describe('creating a row', () => {
  test('POST answers 204 with the address of the row', async () => {
    const { org, send } = world()

    const answer = await send('POST', 'accounts', { name: 'Contoso', numberofemployees: 5 })

    expect(answer.status).toBe(204)
    expect(answer.text).toBe('')
    expect(answer.headers['OData-Version']).toBe('4.0')
    expect(answer.headers['OData-EntityId']).toMatch(
      /^http:\/\/localhost:8080\/api\/data\/v9\.2\/accounts\([0-9a-f-]{36}\)$/,
    )
    expect(await org.retrieve('account', idIn(answer))).toMatchObject({
      name: 'Contoso',
      numberofemployees: 5,
    })
  })

  test('every kind of column comes back as the platform prints it', async () => {
    const { send } = world()
    const created = await send('POST', 'new_parcels', {
      new_name: 'A "quoted" name\n',
      new_count: '200',
      new_weight: 1.5,
      new_ratio: 47.63958,
      new_fragile: true,
      new_size: 2,
      new_tags: '9, 1',
      new_due: '2026-03-02',
      new_sent: '2026-03-02T10:00:00.25+02:00',
      new_clock: '2026-03-02T10:00:00+02:00',
    })

    const read = await send('GET', `new_parcels(${idIn(created)})`)

    expect(read.json).toMatchObject({
      new_name: 'A "quoted" name\n',
      new_count: 200,
      new_weight: 1.5,
      new_ratio: 47.63958,
      new_fragile: true,
      new_size: 2,
      new_tags: '1,9',
      new_due: '2026-03-02',
      new_sent: '2026-03-02T08:00:00Z',
      new_clock: '2026-03-02T10:00:00Z',
      new_code: null,
      _new_accountid_value: null,
    })
    expect(read.text).toContain('"new_weight":1.500')
  })

  test('64-bit integers keep every digit both ways', async () => {
    const { send } = world()
    const created = await send('POST', 'new_parcels', '{"new_name":"x","new_big":9007199254740993}')

    const read = await send('GET', `new_parcels(${idIn(created)})?$select=new_big`)

    expect(created.status).toBe(204)
    expect(read.text).toContain('"new_big":9007199254740993')
  })

  test('money is printed with four decimals', async () => {
    const { send } = world()
    const created = await send('POST', 'accounts', { name: 'A', revenue: 5000000 })

    const read = await send('GET', `accounts(${idIn(created)})?$select=revenue`)

    expect(read.text).toContain('"revenue":5000000.0000')
    expect(read.json._transactioncurrencyid_value).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('return=representation answers 201 with the chosen columns', async () => {
    const { send } = world()

    const answer = await send(
      'POST',
      'accounts?$select=name',
      { name: 'Contoso' },
      { prefer: 'return=representation' },
    )

    expect(answer.status).toBe(201)
    expect(answer.headers['Preference-Applied']).toBe('return=representation')
    expect(answer.headers['OData-EntityId']).toBeUndefined()
    expect(answer.json).toMatchObject({
      '@odata.context': `${ROOT}$metadata#accounts(name)/$entity`,
      '@odata.etag': expect.stringMatching(/^W\/"\d+"$/),
      name: 'Contoso',
      accountid: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
    expect(answer.json).not.toHaveProperty('telephone1')
  })

  test('a primary key in the body is the new id, and a taken one refuses with 412', async () => {
    const { org, send } = world()

    const first = await send('POST', 'accounts', { accountid: MISSING, name: 'First' })
    const second = await send('POST', 'accounts', { accountid: MISSING, name: 'Second' })

    expect(idIn(first)).toBe(MISSING)
    expect(second.status).toBe(412)
    expect(second.json.error.code).toBe('0x80040237')
    expect(await org.retrieve('account', MISSING)).toMatchObject({ name: 'First' })
  })

  test('a body that is JSON inside a JSON string is read', async () => {
    const { org, send } = world()

    const answer = await send('POST', 'accounts', JSON.stringify(JSON.stringify({ name: 'Twice' })))

    expect(await org.retrieve('account', idIn(answer))).toMatchObject({ name: 'Twice' })
  })
})

describe('bodies that are refused', () => {
  const refused = async (body: unknown) => {
    const { org, send } = world()
    const before = org.contents()
    const answer = await send('POST', 'contacts', body)
    expect(org.contents()).toEqual(before)
    return answer
  }

  test('an undeclared property', async () => {
    const answer = await refused({ lastname: 'A', nosuch: 1 })

    expect(answer.status).toBe(400)
    expect(answer.json.error.code).toBe('0x80048d19')
    expect(answer.json.error.message).toMatch(
      /^Error identified in Payload provided by the user for Entity :'contacts'.*Invalid property 'nosuch' was found in entity 'Microsoft\.Dynamics\.CRM\.contact'/,
    )
  })

  test('an undeclared navigation property with only a bind', async () => {
    const answer = await refused({ 'nosuch@odata.bind': `/accounts(${MISSING})` })

    expect(answer.status).toBe(400)
    expect(answer.json.error.message).toContain(
      "An undeclared property 'nosuch' which only has property annotations",
    )
  })

  test('a literal of another type', async () => {
    const answer = await refused({ lastname: 5 })

    expect(answer.status).toBe(400)
    expect(answer.json.error.message).toContain(
      "Cannot convert the literal '5' to the expected type 'Edm.String'.",
    )
  })

  test.each([
    [{ _parentcustomerid_value: MISSING }],
    [{ parentcustomerid: MISSING }],
    [{ parentcustomerid_account: MISSING }],
  ])('a lookup written as a column: %j', async (body) => {
    const answer = await refused(body)

    expect(answer.status).toBe(400)
    expect(answer.json.error).toEqual({
      code: '0x80060888',
      message:
        'CRM do not support direct update of Entity Reference properties, Use Navigation properties instead.',
    })
  })

  test.each(['', '{', '[]', '"x"', 'null', '{"lastname":'])(
    'JSON that is no object: %s',
    async (body) => {
      const answer = await refused(body)

      expect(answer.status).toBe(400)
      expect(answer.json.error.code).toBe('0x80048d19')
    },
  )

  test('a text that is too long', async () => {
    const answer = await refused({ lastname: 'x'.repeat(500) })

    expect(answer.status).toBe(400)
    expect(answer.json.error.code).toBe('0x80044331')
  })
})

describe('lookups', () => {
  test.each([
    ['slash', (id: string) => `/accounts(${id})`],
    ['no slash', (id: string) => `accounts(${id})`],
    ['absolute', (id: string) => `${ROOT}accounts(${id})`],
    ['another version', (id: string) => `https://x.crm.dynamics.com/api/data/v9.0/accounts(${id})`],
    ['named key', (id: string) => `/accounts(accountid=${id})`],
    ['upper case', (id: string) => `/accounts(${id.toUpperCase()})`],
  ])('@odata.bind takes an address: %s', async (_, address) => {
    const { org, send } = world()
    const account = await org.create('account', { name: 'Contoso' })

    const answer = await send('POST', 'new_parcels', {
      new_name: 'P',
      'new_AccountId@odata.bind': address(account),
    })

    expect(await org.retrieve('new_parcel', idIn(answer))).toMatchObject({
      new_accountid: { table: 'account', id: account },
    })
  })

  test('@odata.bind finds a row by its alternate key', async () => {
    const { org, send } = world()
    const parent = await org.create('new_parcel', { new_name: 'P', new_code: "O'Neil" })

    const answer = await send('POST', 'new_parcels', {
      'new_ParentId@odata.bind': "/new_parcels(new_code='O''Neil')",
    })

    expect(await org.retrieve('new_parcel', idIn(answer))).toMatchObject({
      new_parentid: { table: 'new_parcel', id: parent },
    })
  })

  test('a polymorphic lookup is bound by the property of its target', async () => {
    const { org, send } = world()
    const account = await org.create('account', { name: 'Contoso' })

    const made = await send('POST', 'contacts', {
      lastname: 'A',
      'parentcustomerid_account@odata.bind': `/accounts(${account})`,
    })
    const wrong = await send('PATCH', `contacts(${idIn(made)})`, {
      'parentcustomerid_contact@odata.bind': `/accounts(${account})`,
    })

    expect((await send('GET', `contacts(${idIn(made)})`)).json._parentcustomerid_value).toBe(
      account,
    )
    expect(wrong.status).toBe(400)
    expect(wrong.json.error.message).toContain('not a valid target')
  })

  test('the owner may be a user or a team', async () => {
    const { org, send } = world()

    const answer = await send('POST', 'accounts', {
      name: 'A',
      'ownerid@odata.bind': `/teams(${org.teamId})`,
    })

    expect(await org.retrieve('account', idIn(answer))).toMatchObject({
      ownerid: { table: 'team', id: org.teamId },
    })
  })

  test.each([
    [{ new_AccountId: null }],
    [{ 'new_AccountId@odata.bind': null }],
    [{ new_accountid: null }],
  ])('a lookup is cleared by %j', async (body) => {
    const { org, send } = world()
    const account = await org.create('account', { name: 'Contoso' })
    const id = await org.create('new_parcel', { new_accountid: { table: 'account', id: account } })

    const answer = await send('PATCH', `new_parcels(${id})`, body)

    expect(answer.status).toBe(204)
    expect(await org.retrieve('new_parcel', id)).toMatchObject({ new_accountid: null })
  })

  test('a bind to a missing row is refused with 404', async () => {
    const { send } = world()

    const answer = await send('POST', 'new_parcels', {
      'new_AccountId@odata.bind': `/accounts(${MISSING})`,
    })

    expect(answer.status).toBe(404)
    expect(answer.json.error.code).toBe('0x80040217')
  })
})

describe('reading a row', () => {
  test('the context, the etag and the key come whatever is chosen', async () => {
    const { org, send } = world()
    const id = await org.create('account', { name: 'Contoso' })

    const answer = await send('GET', `accounts(${id})?$select=name,_primarycontactid_value,`)

    expect(answer.status).toBe(200)
    expect(answer.headers['Content-Type']).toMatch(/^application\/json/)
    expect(answer.headers['ETag']).toBe(answer.json['@odata.etag'])
    expect(Object.keys(answer.json)).toEqual([
      '@odata.context',
      '@odata.etag',
      'name',
      '_primarycontactid_value',
      'accountid',
    ])
    expect(answer.json['@odata.context']).toBe(
      `${ROOT}$metadata#accounts(name,_primarycontactid_value)/$entity`,
    )
  })

  test.each(['v9.0', 'v9.1', 'v9.2'])(
    'links echo the version of the request: %s',
    async (version) => {
      const { send } = world()

      const answer = await send('POST', `/api/data/${version}/accounts`, { name: 'A' })

      expect(answer.headers['OData-EntityId']).toMatch(
        `http://localhost:8080/api/data/${version}/accounts(`,
      )
    },
  )

  test('annotations tell formatted values and where lookups lead', async () => {
    const { org, send } = world()
    const contact = await org.create('contact', { firstname: 'Yvonne', lastname: 'McKay' })
    const id = await org.create('new_parcel', {
      new_name: 'P',
      new_count: 1500,
      new_weight: 1234.5 - 1000,
      new_fragile: false,
      new_size: 2,
      new_tags: [1, 9],
      new_due: '2023-04-07',
      new_sent: '2023-04-07T14:59:00Z',
      new_receiver: { table: 'contact', id: contact },
    })

    const { json } = await send('GET', `new_parcels(${id})`, undefined, {
      prefer: 'odata.include-annotations="*"',
    })

    const formatted = (name: string) =>
      json[`${name}@OData.Community.Display.V1.FormattedValue`] as unknown
    expect(formatted('new_count')).toBe('1,500')
    expect(formatted('new_weight')).toBe('234.500')
    expect(formatted('new_fragile')).toBe('Sturdy')
    expect(formatted('new_size')).toBe('Large')
    expect(formatted('new_tags')).toBe('Red; Blue')
    expect(formatted('new_due')).toBe('4/7/2023')
    expect(formatted('new_sent')).toBe('4/7/2023 2:59 PM')
    expect(formatted('_new_receiver_value')).toBe('Yvonne McKay')
    expect(formatted('new_name')).toBeUndefined()
    expect(json['_new_receiver_value@Microsoft.Dynamics.CRM.lookuplogicalname']).toBe('contact')
    expect(json['_new_receiver_value@Microsoft.Dynamics.CRM.associatednavigationproperty']).toBe(
      'new_Receiver_contact',
    )
    const names = Object.keys(json)
    expect(names.indexOf('new_size@OData.Community.Display.V1.FormattedValue')).toBe(
      names.indexOf('new_size') - 1,
    )
  })

  test('only the annotations asked for are written', async () => {
    const { org, send } = world()
    const id = await org.create('new_parcel', { new_size: 2, new_receiver: null })

    const { json } = await send('GET', `new_parcels(${id})`, undefined, {
      prefer: 'odata.include-annotations="Microsoft.Dynamics.CRM.*"',
    })

    expect(Object.keys(json).filter((name) => name.includes('FormattedValue'))).toEqual([])
  })

  test('dates are formatted in the caller’s time zone', async () => {
    const { org, send } = world({ api: { timeZone: () => 'America/New_York' } })
    const id = await org.create('new_parcel', {
      new_sent: '2023-04-07T02:05:00Z',
      new_clock: '2023-04-07T02:05:00Z',
    })

    const { json } = await send('GET', `new_parcels(${id})`, undefined, {
      prefer: 'odata.include-annotations="*"',
    })

    expect(json['new_sent@OData.Community.Display.V1.FormattedValue']).toBe('4/6/2023 10:05 PM')
    expect(json['new_clock@OData.Community.Display.V1.FormattedValue']).toBe('4/7/2023 2:05 AM')
  })

  test('a missing row is 404 with the platform’s code', async () => {
    const { send } = world()

    const answer = await send('GET', `accounts(${MISSING})`)

    expect(answer.status).toBe(404)
    expect(answer.json.error.code).toBe('0x80040217')
  })

  test('an unknown column in $select is 400', async () => {
    const { org, send } = world()
    const id = await org.create('account', { name: 'A' })

    const answer = await send('GET', `accounts(${id})?$select=nosuch`)

    expect(answer.status).toBe(400)
    expect(answer.json.error.message).toBe(
      "Could not find a property named 'nosuch' on type 'Microsoft.Dynamics.CRM.account'.",
    )
  })

  test('If-None-Match with the row’s etag answers 304 without a body', async () => {
    const { org, send } = world()
    const id = await org.create('account', { name: 'A' })
    const etag = (await send('GET', `accounts(${id})`)).headers['ETag'] ?? ''

    const same = await send('GET', `accounts(${id})?$select=name`, undefined, {
      'if-none-match': etag,
    })
    await org.update('account', id, { name: 'B' })
    const other = await send('GET', `accounts(${id})?$select=name`, undefined, {
      'if-none-match': etag,
    })
    const ignored = await send('GET', `accounts(${id})`, undefined, { 'if-none-match': 'null' })

    expect([same.status, same.text]).toEqual([304, ''])
    expect(other.status).toBe(200)
    expect(ignored.status).toBe(200)
  })

  test('HEAD answers as GET, without the body', async () => {
    const { org, send } = world()
    const id = await org.create('account', { name: 'A' })

    const answer = await send('HEAD', `accounts(${id})`)

    expect([answer.status, answer.text]).toEqual([200, ''])
    expect(answer.headers['ETag']).toMatch(/^W\/"/)
  })
})

describe('changing a row', () => {
  test('PATCH changes only the columns sent', async () => {
    const { org, send } = world()
    const id = await org.create('account', { name: 'A', telephone1: '1' })

    const answer = await send('PATCH', `accounts(${id})`, { telephone1: null })

    expect(answer.status).toBe(204)
    expect(answer.headers['OData-EntityId']).toBe(`${ROOT}accounts(${id})`)
    expect(await org.retrieve('account', id)).toMatchObject({ name: 'A', telephone1: null })
  })

  test('PATCH of a missing row creates it', async () => {
    const { org, send } = world()

    const plain = await send('PATCH', `accounts(${MISSING})`, { name: 'New' })
    const shown = await send(
      'PATCH',
      `accounts(${MISSING})?$select=name`,
      { name: 'Newer' },
      { prefer: 'return=representation' },
    )

    expect(plain.status).toBe(204)
    expect(idIn(plain)).toBe(MISSING)
    expect(await org.retrieve('account', MISSING)).toMatchObject({ name: 'Newer' })
    expect([shown.status, shown.json.name]).toEqual([200, 'Newer'])
  })

  test('a PATCH that creates answers 201 with a representation', async () => {
    const { send } = world()

    const answer = await send(
      'PATCH',
      `accounts(${MISSING})`,
      { name: 'New' },
      { prefer: 'return=representation' },
    )

    expect(answer.status).toBe(201)
  })

  test('If-Match: * never creates', async () => {
    const { org, send } = world()

    const answer = await send('PATCH', `accounts(${MISSING})`, { name: 'New' }, { 'if-match': '*' })

    expect(answer.status).toBe(404)
    await expect(org.retrieve('account', MISSING)).rejects.toMatchObject({ code: 'ROW_NOT_FOUND' })
  })

  test('If-None-Match: * never updates', async () => {
    const { org, send } = world()
    const id = await org.create('account', { name: 'A' })

    const answer = await send('PATCH', `accounts(${id})`, { name: 'B' }, { 'if-none-match': '*' })

    expect(answer.status).toBe(412)
    expect(answer.json.error).toEqual({
      code: '0x80040237',
      message: 'A record with matching key values already exists.',
    })
    expect(await org.retrieve('account', id)).toMatchObject({ name: 'A' })
  })

  test('a stale etag refuses PATCH and DELETE with 412', async () => {
    const { org, send } = world()
    const id = await org.create('account', { name: 'A' })
    const etag = (await send('GET', `accounts(${id})`)).headers['ETag'] ?? ''
    await org.update('account', id, { name: 'B' })

    const patch = await send('PATCH', `accounts(${id})`, { name: 'C' }, { 'if-match': etag })
    const remove = await send('DELETE', `accounts(${id})`, undefined, { 'if-match': etag })
    const foreign = await send('DELETE', `accounts(${id})`, undefined, { 'if-match': 'W/"abc"' })

    expect([patch.status, remove.status, foreign.status]).toEqual([412, 412, 412])
    expect(patch.json.error.code).toBe('0x80060882')
    expect(await org.retrieve('account', id)).toMatchObject({ name: 'B' })
  })

  test('the present etag lets PATCH and DELETE pass', async () => {
    const { org, send } = world()
    const id = await org.create('account', { name: 'A' })
    const etag = async () => (await send('GET', `accounts(${id})`)).headers['ETag'] ?? ''

    const patch = await send(
      'PATCH',
      `accounts(${id})`,
      { name: 'B' },
      { 'if-match': await etag() },
    )
    const remove = await send('DELETE', `accounts(${id})`, undefined, { 'if-match': await etag() })

    expect([patch.status, remove.status]).toEqual([204, 204])
  })

  test('DELETE removes the row; again it is 404', async () => {
    const { org, send } = world()
    const id = await org.create('account', { name: 'A' })

    const first = await send('DELETE', `accounts(${id})`)
    const second = await send('DELETE', `accounts(${id})`)

    expect([first.status, second.status]).toEqual([204, 404])
  })

  test('a row that a restricting relationship holds is not deleted: 405', async () => {
    const { org, send } = world()
    const parent = await org.create('new_parcel', { new_name: 'P' })
    await org.create('new_parcel', { new_parentid: { table: 'new_parcel', id: parent } })

    const answer = await send('DELETE', `new_parcels(${parent})`)

    expect(answer.status).toBe(405)
    expect(answer.json.error.code).toBe('0x80040227')
    expect(await org.retrieve('new_parcel', parent)).toMatchObject({ new_name: 'P' })
  })
})

describe('alternate keys', () => {
  test('a row is read, changed and deleted by one', async () => {
    const { org, send } = world()
    const id = await org.create('new_parcel', { new_name: 'P', new_code: 'A-1' })

    const read = await send('GET', "new_parcels(new_code='A%2D1')?$select=new_name")
    const changed = await send('PATCH', "new_parcels(new_code='A-1')", { new_name: 'Q' })
    const removed = await send('DELETE', "new_parcels(new_code='A-1')")

    expect(read.json).toMatchObject({ new_parcelid: id, new_name: 'P' })
    expect(changed.headers['OData-EntityId']).toBe(`${ROOT}new_parcels(new_code='A-1')`)
    expect(removed.status).toBe(204)
  })

  test.each([...'/<>*%&:\\?+'])(
    'a value with %j is not addressed by its key (define-alternate-keys-entity)',
    async (character) => {
      const { org, send } = world()
      await org.create('new_parcel', { new_code: `A${character}1` })
      const path = `new_parcels(new_code='A${encodeURIComponent(character)}1')`
      const before = everything(org)

      for (const method of ['GET', 'PATCH', 'DELETE']) {
        const answer = await send(method, path, method === 'PATCH' ? { new_name: 'Q' } : undefined)

        expect([method, answer.status]).toEqual([method, 400])
        expect(answer.json.error.message).toMatch(/^Bad Request - Error in query syntax/)
      }
      expect(everything(org)).toEqual(before)
    },
  )

  test('an upsert by key creates the row with the key’s values', async () => {
    const { org, send } = world()

    const answer = await send('PATCH', "new_parcels(new_name='N',new_count=7)", {
      new_fragile: true,
    })
    const id = org.findByKey('new_parcel', { new_name: 'N', new_count: 7 }) ?? ''

    expect(answer.headers['OData-EntityId']).toBe(`${ROOT}new_parcels(new_name='N',new_count=7)`)
    expect(await org.retrieve('new_parcel', id)).toMatchObject({
      new_name: 'N',
      new_count: 7,
      new_fragile: true,
    })
  })

  test('a lookup in a key is written as _x_value', async () => {
    const { org, send } = world()
    const account = await org.create('account', { name: 'A' })
    const id = await org.create('new_parcel', {
      new_accountid: { table: 'account', id: account },
      new_count: 3,
    })

    const answer = await send('GET', `new_parcels(_new_accountid_value=${account},new_count=3)`)

    expect(answer.json.new_parcelid).toBe(id)
  })

  test.each([
    "new_parcels(nosuch='x')",
    'new_parcels(new_count=5)',
    'new_parcels(abc)',
    "new_parcels('11111111-0000-4000-8000-000000000000')",
    'systemusers(systemuserid=11111111-0000-4000-8000-000000000000)',
    'new_parcels()',
  ])('what is no key is refused: %s', async (path) => {
    const { send } = world()

    const answer = await send('GET', path)

    expect(answer.status).toBe(400)
    expect(answer.json.error.message).toMatch(
      /^The key in the request URI is not valid for resource/,
    )
  })

  test.each(["new_parcels(new_name='N',new_count='7')", 'new_parcels(new_code=5)'])(
    'a quoted number and a bare text are refused: %s',
    async (path) => {
      const { send } = world()

      const answer = await send('GET', path)

      expect(answer.status).toBe(400)
      expect(answer.json.error.message).toMatch(/^Bad Request - Error in query syntax/)
    },
  )

  test('a key no row has is 404 with its own code', async () => {
    const { send } = world()

    const answer = await send('GET', "new_parcels(new_code='none')")

    expect(answer.status).toBe(404)
    expect(answer.json.error.code).toBe('0x80060891')
  })

  test('a taken key is 412', async () => {
    const { org, send } = world()
    await org.create('new_parcel', { new_code: 'A' })

    const answer = await send('POST', 'new_parcels', { new_code: 'a' })

    expect(answer.status).toBe(412)
    expect(answer.json.error.code).toBe('0x80060892')
  })
})
