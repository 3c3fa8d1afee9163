import { idIn, world, type World } from './world.ts'

const label = (Label: string) => ({ LocalizedLabels: [{ Label, LanguageCode: 1033 }] })

const HARBOUR = {
  SchemaName: 'new_Harbour',
  DisplayName: label('Harbour'),
  DisplayCollectionName: label('Harbours'),
  OwnershipType: 'UserOwned',
  HasNotes: false,
  HasActivities: false,
  Attributes: [
    {
      '@odata.type': 'Microsoft.Dynamics.CRM.StringAttributeMetadata',
      SchemaName: 'new_Name',
      IsPrimaryName: true,
      MaxLength: 100,
    },
  ],
}
const TABLE = "EntityDefinitions(LogicalName='new_harbour')"

async function harbours(more: object = {}): Promise<World> {
  const made = world()
  await made.send('POST', 'EntityDefinitions', { ...HARBOUR, ...more })
  return made
}

/** What is switched on, as the definition tells. */
async function switches({ send }: World): Promise<unknown> {
  const { json } = await send(
    'GET',
    `${TABLE}?$select=HasNotes,HasActivities,ChangeTrackingEnabled`,
  )
  return json as unknown
}

describe('a table that is made', () => {
  test.each([{ HasNotes: true }, { HasActivities: true }, { ChangeTrackingEnabled: true }])(
    'has what it is made with, and no more: %j',
    async (wanted) => {
      expect(await switches(await harbours(wanted))).toMatchObject({
        HasNotes: false,
        HasActivities: false,
        ChangeTrackingEnabled: false,
        ...wanted,
      })
    },
  )
})

describe('PUT of a table', () => {
  test('switches change tracking on', async () => {
    const made = await harbours()
    const track = () =>
      made.send('GET', 'new_harbours?$select=new_name', undefined, {
        prefer: 'odata.track-changes',
      })
    const { json: whole } = await made.send('GET', TABLE)

    const before = await track()
    const put = await made.send('PUT', TABLE, { ...whole, ChangeTrackingEnabled: true })
    const after = await track()

    expect([before.status, put.status, after.status]).toEqual([400, 204, 200])
    expect(after.json['@odata.deltaLink']).toContain('$deltatoken=')
  })

  test('switches notes and activities on: rows can be about its rows from then on', async () => {
    const made = await harbours()
    const harbour = idIn(await made.send('POST', 'new_harbours', { new_name: 'Piraeus' }))
    const note = { subject: 'Depth', 'objectid_new_harbour@odata.bind': `new_harbours(${harbour})` }

    const before = await made.send('POST', 'annotations', note)
    const put = await made.send('PUT', TABLE, { HasNotes: true, HasActivities: true })
    const after = await made.send('POST', 'annotations', note)
    const { json } = await made.send(
      'GET',
      `new_harbours(${harbour})/new_harbour_Annotations?$select=subject`,
    )

    expect([before.status, put.status, after.status]).toEqual([400, 204, 204])
    expect(json.value).toMatchObject([{ subject: 'Depth' }])
    expect(await switches(made)).toMatchObject({ HasNotes: true, HasActivities: true })
    // Sent again, it is as it was.
    expect((await made.send('PUT', TABLE, { HasNotes: true })).status).toBe(204)
  })

  test.each(['HasNotes', 'HasActivities', 'ChangeTrackingEnabled'])(
    'refuses to switch off what is on for good: %s',
    async (name) => {
      const made = await harbours({ [name]: true })
      const catalog = made.org.catalog

      const answer = await made.send('PUT', TABLE, { [name]: false })

      expect(answer.status).toBe(400)
      expect(answer.json.error).toMatchObject({
        code: '0x80040203',
        message: expect.stringContaining(name) as string,
      })
      expect(made.org.catalog).toBe(catalog)
    },
  )
})
