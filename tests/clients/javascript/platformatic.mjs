// The client matrix, spoken by @platformatic/kafka. See ../README.md.
import {
  Admin, Consumer, Producer, ConfigResourceTypes, IncrementalAlterConfigOperationTypes, ListOffsetTimestamps,
  stringDeserializers, stringSerializers
} from '@platformatic/kafka'
import { setTimeout as sleep } from 'node:timers/promises'

const [bootstrap, prefix, dollarTopic] = process.argv.slice(2)
const topic = `${prefix}-t`
const group = `${prefix}-g`
const out = {}
const common = { clientId: 'matrix', bootstrapBrokers: [bootstrap], metadataMaxAge: 0, retries: 5 }
const admin = new Admin(common)

async function eventually (look, wanted, seconds = 20) {
  const deadline = Date.now() + seconds * 1000
  let value
  while ((value = await look()) !== wanted && Date.now() < deadline) await sleep(50)
  return value
}

async function topicConfig () {
  const resources = [{ resourceType: ConfigResourceTypes.TOPIC, resourceName: topic, configurationKeys: ['retention.ms'] }]
  const [answer] = await admin.describeConfigs({ resources })
  return answer.configs.find(item => item.name === 'retention.ms').value
}

async function partitionCount () {
  return (await admin.metadata({ topics: [topic], forceUpdate: true })).topics.get(topic).partitions.length
}

await admin.createTopics({
  topics: [topic], partitions: 3, replicas: 1, configs: [{ name: 'retention.ms', value: '3600000' }]
})
out.config = [await eventually(topicConfig, '3600000')]
await admin.incrementalAlterConfigs({
  resources: [{
    resourceType: ConfigResourceTypes.TOPIC,
    resourceName: topic,
    configs: [{ name: 'retention.ms', configOperation: IncrementalAlterConfigOperationTypes.SET, value: '7200000' }]
  }]
})
out.config.push(await eventually(topicConfig, '7200000'))
await admin.createPartitions({ topics: [{ name: topic, count: 4, assignments: null }] })
out.partitions = await eventually(partitionCount, 4)
try {
  await admin.createTopics({ topics: [topic], partitions: 3, replicas: 1 })
} catch (error) {
  out['created twice'] = JSON.stringify(error.errors ?? error).includes('TOPIC_ALREADY_EXISTS') ||
    `${error.errors?.map(item => item.apiId ?? item.message)}`.includes('TOPIC_ALREADY_EXISTS')
}

const producer = new Producer({ ...common, idempotent: true, serializers: stringSerializers, compression: 'gzip' })
const numbers = [...Array(100).keys()]
const sent = await producer.send({
  messages: numbers.map(i => ({ topic, key: `key ${i}`, value: `value ${i}`, partition: i % 4, headers: { n: `${i}` } }))
})
await producer.close()
out.produced = sent.offsets.length === 4 && sent.offsets.every(item => item.offset === 0n)

function newConsumer (groupId) {
  return new Consumer({
    ...common, groupId, deserializers: stringDeserializers, autocommit: false, maxWaitTime: 200,
    sessionTimeout: 30000, rebalanceTimeout: 30000, heartbeatInterval: 500
  })
}

async function offsetsAt (consumer, timestamp) {
  const offsets = await consumer.listOffsets({ topics: [topic], timestamp })
  return Number(offsets.get(topic).reduce((total, offset) => total + offset, 0n))
}

// Reads `count` messages, commits exactly what was read, and leaves the group.
async function read (consumer, name, count) {
  const stream = await consumer.consume({ topics: [name], mode: 'committed', fallbackMode: 'earliest' })
  const messages = []
  const timer = setTimeout(() => stream.destroy(), 30000)
  try {
    for await (const message of stream) {
      messages.push(message)
      if (messages.length === count) break
    }
  } finally {
    clearTimeout(timer)
  }
  const next = new Map()
  for (const message of messages) next.set(message.partition, message.offset + 1n)
  const offsets = [...next].map(([partition, offset]) => ({ topic: name, partition, offset, leaderEpoch: 0 }))
  await consumer.commit({ offsets })
  return messages
}

const first = newConsumer(group)
out.offsets = [
  await offsetsAt(first, ListOffsetTimestamps.EARLIEST), await offsetsAt(first, ListOffsetTimestamps.LATEST)
]
const seen = await read(first, topic, 40)
await first.close(true)
out.headers = seen.every(message => {
  const n = message.value.split(' ')[1]
  return message.headers.get('n') === n && message.key === `key ${n}`
})
const second = newConsumer(group)
const rest = await read(second, topic, 60)
const values = [...seen, ...rest].map(message => message.value).sort()
out.resumed = JSON.stringify(values) === JSON.stringify(numbers.map(i => `value ${i}`).sort())
const committed = await second.listCommittedOffsets({ topics: [{ topic, partitions: [0, 1, 2, 3] }] })
out.committed = Number(committed.get(topic).reduce((total, offset) => total + offset, 0n))
await second.close(true)

const pair = [newConsumer(group), newConsumer(group)]
for (const consumer of pair) await consumer.consume({ topics: [topic], mode: 'committed', fallbackMode: 'earliest' })
const shares = () => pair.map(consumer => consumer.assignments?.find(item => item.topic === topic)?.partitions.length ?? 0)
await eventually(async () => `${shares()}`, '2,2', 40)
out['two members share'] = shares()
for (const consumer of pair) await consumer.close(true)

if (dollarTopic !== '-') {
  const reader = newConsumer(`${prefix}-dollar`)
  out.dollar = (await read(reader, dollarTopic, 3)).map(message => message.value).sort()
  await reader.close(true)
}

await admin.deleteGroups({ groups: [group] })
await admin.deleteTopics({ topics: [topic] })
out.deleted = await eventually(async () => !(await admin.listTopics()).includes(topic), true)
await admin.close()
console.log(JSON.stringify(out))
process.exit(0)
