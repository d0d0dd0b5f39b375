// The client matrix, spoken by kafkajs. See ../README.md.
import kafkajs from 'kafkajs'
import { setTimeout as sleep } from 'node:timers/promises'

const { Kafka, CompressionTypes, ConfigResourceTypes, logLevel } = kafkajs
const [bootstrap, prefix, dollarTopic] = process.argv.slice(2)
const topic = `${prefix}-t`
const group = `${prefix}-g`
const out = {}
const patience = { sessionTimeout: 30000, rebalanceTimeout: 30000, maxWaitTimeInMs: 200, heartbeatInterval: 500 }
const kafka = new Kafka({ brokers: [bootstrap], clientId: 'matrix', logLevel: logLevel.NOTHING })
const admin = kafka.admin()
await admin.connect()

async function eventually (look, wanted, seconds = 20) {
  const deadline = Date.now() + seconds * 1000
  let value
  while ((value = await look()) !== wanted && Date.now() < deadline) await sleep(50)
  return value
}

async function topicConfig () {
  const answer = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: ConfigResourceTypes.TOPIC, name: topic, configNames: ['retention.ms'] }]
  })
  return answer.resources[0].configEntries[0].configValue
}

async function partitionCount () {
  return (await admin.fetchTopicMetadata({ topics: [topic] })).topics[0].partitions.length
}

await admin.createTopics({
  waitForLeaders: true,
  topics: [{ topic, numPartitions: 3, replicationFactor: 1, configEntries: [{ name: 'retention.ms', value: '3600000' }] }]
})
out.config = [await topicConfig()]
await admin.alterConfigs({
  validateOnly: false,
  resources: [{ type: ConfigResourceTypes.TOPIC, name: topic, configEntries: [{ name: 'retention.ms', value: '7200000' }] }]
})
out.config.push(await eventually(topicConfig, '7200000'))
await admin.createPartitions({ topicPartitions: [{ topic, count: 4 }] })
out.partitions = await eventually(partitionCount, 4)
out['created twice'] = (await admin.createTopics({ topics: [{ topic, numPartitions: 3 }] })) === false

const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 })
await producer.connect()
const numbers = [...Array(100).keys()]
const sent = await producer.send({
  topic,
  compression: CompressionTypes.GZIP,
  messages: numbers.map(i => ({ key: `key ${i}`, value: `value ${i}`, partition: i % 4, headers: { n: `${i}` } }))
})
await producer.disconnect()
out.produced = sent.every(item => item.errorCode === 0 && Number(item.baseOffset) === 0) && sent.length === 4

const offsets = await admin.fetchTopicOffsets(topic)
const sum = key => offsets.reduce((total, item) => total + Number(item[key]), 0)
out.offsets = [sum('low'), sum('high')]

// Reads `count` messages in the group, commits exactly what was read, and leaves.
async function readInGroup (count) {
  const consumer = kafka.consumer({ ...patience, groupId: group })
  const messages = []
  await consumer.connect()
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  const done = new Promise(resolve => {
    consumer.run({
      autoCommit: false,
      eachMessage: async ({ partition, message }) => {
        if (messages.length >= count) return
        messages.push({ partition, message })
        if (messages.length === count) resolve()
      }
    })
  })
  await Promise.race([done, sleep(30000, undefined, { ref: false })])
  const next = new Map()
  for (const { partition, message } of messages) next.set(partition, Number(message.offset) + 1)
  await consumer.commitOffsets([...next].map(([partition, offset]) => ({ topic, partition, offset: `${offset}` })))
  await consumer.disconnect()
  return messages
}

const seen = await readInGroup(40)
out.headers = seen.every(({ message }) => {
  const n = message.value.toString().split(' ')[1]
  return message.headers.n.toString() === n && message.key.toString() === `key ${n}`
})
const rest = await readInGroup(60)
const values = [...seen, ...rest].map(({ message }) => message.value.toString()).sort()
out.resumed = JSON.stringify(values) === JSON.stringify(numbers.map(i => `value ${i}`).sort())
const committed = await admin.fetchOffsets({ groupId: group, topics: [topic] })
out.committed = committed[0].partitions.reduce((total, item) => total + Number(item.offset), 0)

const pair = [0, 1].map(() => kafka.consumer({ ...patience, groupId: group }))
const shares = [0, 0]
for (const [i, consumer] of pair.entries()) {
  consumer.on(consumer.events.GROUP_JOIN, event => { shares[i] = (event.payload.memberAssignment[topic] || []).length })
  await consumer.connect()
  await consumer.subscribe({ topics: [topic] })
  await consumer.run({ eachMessage: async () => {} })
}
await eventually(async () => `${shares}`, '2,2', 40)
out['two members share'] = [...shares]
for (const consumer of pair) await consumer.disconnect()

if (dollarTopic !== '-') {
  const reader = kafka.consumer({ ...patience, groupId: `${prefix}-dollar` })
  const read = []
  await reader.connect()
  await reader.subscribe({ topics: [dollarTopic], fromBeginning: true })
  await reader.run({ eachMessage: async ({ message }) => { read.push(message.value.toString()) } })
  await eventually(async () => read.length, 3, 30)
  await reader.disconnect()
  out.dollar = read.sort()
}

await admin.deleteGroups([group])
await admin.deleteTopics({ topics: [topic] })
out.deleted = await eventually(async () => !(await admin.listTopics()).includes(topic), true)
await admin.disconnect()
console.log(JSON.stringify(out))
