import { JOB_STATES, JOB_STATUSES } from '../../src/emulator/job-states.ts'
import { Clock, Handler, PreOperation, type DeleteEvent } from '../../src/index.ts'
import { clockAt, emulator } from '../../src/testing/index.ts'

const query = (Operator: string, ...values: unknown[]) => ({
  EntityName: 'account',
  ColumnSet: { AllColumns: false, Columns: ['accountid'] },
  Criteria: {
    FilterOperator: 'And',
    Conditions: [
      {
        AttributeName: 'name',
        Operator,
        Values: values.map((Value) => ({ Value, Type: 'System.String' })),
      },
    ],
  },
})

const request = (...QuerySet: object[]) => ({
  QuerySet: QuerySet as readonly Readonly<Record<string, unknown>>[],
  JobName: 'Spring cleaning',
  SendEmailNotification: false,
  ToRecipients: [],
  CCRecipients: [],
  RecurrencePattern: '',
})

async function organization(handlers: Parameters<typeof emulator>[0] = {}) {
  const org = emulator(handlers)
  for (const name of ['Contoso', 'Fabrikam', 'Litware']) await org.create('account', { name })
  const names = async () => {
    const { rows } = await org.retrieveMultiple({ table: 'account', columns: ['name'] })
    return rows.map(({ name }) => name).sort()
  }
  const operation = async (jobId: string) => {
    const { rows } = await org.retrieveMultiple({
      table: 'bulkdeleteoperation',
      columns: 'all',
      where: {
        kind: 'condition',
        column: 'asyncoperationid',
        operator: 'eq',
        values: [jobId],
      },
    })
    return rows[0]
  }
  return { org, names, operation }
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/delete-data-bulk */
describe('a bulk delete job', () => {
  test('deletes what its queries find, when the asynchronous service runs it', async () => {
    const { org, names, operation } = await organization()

    const { JobId } = await org.execute(
      'BulkDelete',
      request(query('Equal', 'Contoso'), query('Like', 'Fab%')),
    )
    expect(await names()).toHaveLength(3)
    expect(await org.retrieve('asyncoperation', JobId)).toMatchObject({
      name: 'Spring cleaning',
      operationtype: 13,
      statecode: JOB_STATES.Ready,
    })
    await org.settle()

    expect(await names()).toEqual(['Litware'])
    expect(await org.retrieve('asyncoperation', JobId)).toMatchObject({
      statuscode: JOB_STATUSES.Succeeded,
    })
    expect(await operation(JobId)).toMatchObject({
      name: 'Spring cleaning',
      successcount: 2,
      failurecount: 0,
      statuscode: JOB_STATUSES.Succeeded,
    })
  })

  test('tells of the rows that stayed, and goes on', async () => {
    @Handler('account')
    class KeepContoso {
      @PreOperation('Delete', { preImage: ['name'] })
      keep({ preImage, reject }: DeleteEvent<'account', { preImage: 'name' }>) {
        if (preImage.name === 'Contoso') reject('Contoso stays.')
      }
    }
    const { org, names, operation } = await organization({ handlers: [KeepContoso] })

    const { JobId } = await org.execute('BulkDelete', request(query('NotNull')))
    await org.settle()

    expect(await names()).toEqual(['Contoso'])
    const told = await operation(JobId)
    expect(told).toMatchObject({ successcount: 2, failurecount: 1 })
    const { rows } = await org.retrieveMultiple({ table: 'bulkdeletefailure', columns: 'all' })
    expect(rows).toMatchObject([
      {
        bulkdeleteoperationid: { id: told?.['bulkdeleteoperationid'] },
        errordescription: 'Contoso stays.',
        orderedqueryindex: 0,
      },
    ])
  })

  test('takes the time it takes: each Delete has two minutes of its own', async () => {
    const clock = clockAt('2026-03-02T09:00:00Z')
    @Handler('account')
    class Slow {
      @PreOperation('Delete')
      wait() {
        clock.advance({ seconds: 100 })
      }
    }
    const { org, names, operation } = await organization({
      handlers: [Slow],
      services: [[Clock, clock]],
    })

    const { JobId } = await org.execute('BulkDelete', request(query('NotNull')))
    await org.settle()

    expect(await names()).toEqual([])
    expect(await operation(JobId)).toMatchObject({ successcount: 3, failurecount: 0 })
  })

  test('fails as a whole with a query that cannot be answered, and says so', async () => {
    const { org, names, operation } = await organization()
    const wrong = {
      EntityName: 'account',
      Criteria: { Conditions: [{ AttributeName: 'nope', Operator: 'Null' }] },
    }

    const { JobId } = await org.execute('BulkDelete', request(query('Equal', 'Contoso'), wrong))
    await org.settle()

    expect(await names()).toEqual(['Fabrikam', 'Litware'])
    expect(await org.retrieve('asyncoperation', JobId)).toMatchObject({
      statuscode: JOB_STATUSES.Failed,
    })
    expect(await operation(JobId)).toMatchObject({
      statecode: JOB_STATES.Completed,
      statuscode: JOB_STATUSES.Failed,
      successcount: 1,
      processingqeindex: 1,
    })
  })

  test('deletes the first rows alone where a query says so', async () => {
    const { org, names } = await organization()

    await org.execute(
      'BulkDelete',
      request({
        EntityName: 'account',
        Orders: [{ AttributeName: 'name', OrderType: 'Descending' }],
        TopCount: 2,
      }),
    )
    await org.settle()

    expect(await names()).toEqual(['Contoso'])
  })

  test('waits for its time', async () => {
    const clock = clockAt('2026-03-02T09:00:00Z')
    const { org, names } = await organization({ services: [[Clock, clock]] })

    await org.execute('BulkDelete', {
      ...request(query('NotNull')),
      StartDateTime: '2026-03-02T10:00:00Z',
    })
    await org.settle()
    expect(await names()).toHaveLength(3)

    clock.advance({ hours: 1, minutes: 1 })
    await org.settle()
    expect(await names()).toEqual([])
  })

  test('that is canceled deletes nothing', async () => {
    const { org, names, operation } = await organization()

    const { JobId } = await org.execute('BulkDelete', request(query('NotNull')))
    await org.update('asyncoperation', JobId, { statecode: JOB_STATES.Completed })
    await org.settle()

    expect(await names()).toHaveLength(3)
    expect(await operation(JobId)).toMatchObject({
      statecode: JOB_STATES.Completed,
      statuscode: JOB_STATUSES.Canceled,
    })
  })

  test('that is canceled while it runs deletes no further row', async () => {
    let jobId = ''
    @Handler('account')
    class Cancel {
      @PreOperation('Delete')
      async cancel({ org }: DeleteEvent<'account'>) {
        await org.update('asyncoperation', jobId, { statecode: JOB_STATES.Completed })
      }
    }
    const { org, names, operation } = await organization({ handlers: [Cancel] })

    const { JobId } = await org.execute('BulkDelete', request(query('NotNull')))
    jobId = JobId
    await org.settle()

    expect(await names()).toHaveLength(2)
    expect(await operation(JobId)).toMatchObject({
      statuscode: JOB_STATUSES.Canceled,
      successcount: 1,
      failurecount: 0,
    })
    expect(await org.retrieve('asyncoperation', JobId)).toMatchObject({
      statuscode: JOB_STATUSES.Canceled,
    })
  })

  test.each<[string, object, string]>([
    ['that recurs', { RecurrencePattern: 'FREQ=DAILY;INTERVAL=1;' }, 'NOT_SUPPORTED'],
    ['that sends mail', { SendEmailNotification: true }, 'NOT_SUPPORTED'],
    ['of an import', { SourceImportId: '11111111-0000-4000-8000-000000000000' }, 'NOT_SUPPORTED'],
    ['without queries', { QuerySet: [] }, 'INVALID_ARGUMENT'],
    ['without a name', { JobName: '' }, 'INVALID_ARGUMENT'],
    ['of no time', { StartDateTime: 'soon' }, 'INVALID_ARGUMENT'],
    ['of an unknown table', { QuerySet: [{ EntityName: 'nope' }] }, 'TABLE_UNKNOWN'],
    [
      'of groups',
      {
        QuerySet: [
          {
            EntityName: 'account',
            ColumnSet: {
              AttributeExpressions: [{ AttributeName: 'name', Alias: 'n', HasGroupBy: true }],
            },
          },
        ],
      },
      'INVALID_ARGUMENT',
    ],
    ['of a query that is none', { QuerySet: [{ Entity: 'account' }] }, 'PAYLOAD_INVALID'],
  ])('%s is refused and nothing is deleted', async (_, wrong, code) => {
    const { org, names } = await organization()

    await expect(
      org.execute('BulkDelete', { ...request(query('NotNull')), ...wrong }),
    ).rejects.toMatchObject({ code })

    await org.settle()
    expect(await names()).toHaveLength(3)
    expect((await org.retrieveMultiple({ table: 'asyncoperation', columns: [] })).rows).toEqual([])
  })
})
