// OpenAI's npm package asks the server at argv[2] for the model argv[3]; what it got is one line of JSON.
const { OpenAI } = require("openai");

async function main([url, model]) {
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: "any", maxRetries: 0 });
  const messages = [{ role: "user", content: "How do I turn on flight mode?" }];
  const models = (await client.models.list()).data.map((one) => one.id);
  const whole = await client.chat.completions.create({ model, messages });
  const pieces = [];
  const stream = await client.chat.completions.create({
    model,
    messages,
    stream: true,
    stream_options: { include_usage: true },
  });
  for await (const chunk of stream) pieces.push(chunk);
  const gathered = client.chat.completions.stream({ model, messages });
  const final = await gathered.finalChatCompletion();
  const response = await client.responses.create({ model, input: messages[0].content, instructions: "Be brief." });
  const events = client.responses.stream({ model, input: messages });
  let told = "";
  events.on("response.output_text.delta", (event) => (told += event.delta));
  const respondedByStream = await events.finalResponse();
  const refused = await client.chat.completions
    .create({ model: "toaster", messages })
    .catch((error) => ({ kind: error.constructor.name, status: error.status, code: error.code }));
  const stopped = await client.chat.completions.create({ model, messages, stream: true });
  stopped.controller.abort();
  return {
    models,
    text: whole.choices[0].message.content,
    status: whole.graphrag_tools.status,
    streamed: pieces.map((chunk) => chunk.choices[0]?.delta.content ?? "").join(""),
    usage: pieces.at(-1).usage,
    finished: final.choices[0].finish_reason,
    gathered: final.choices[0].message.content,
    responded: [response.output_text, told, respondedByStream.output_text],
    responseStatus: respondedByStream.graphrag_tools.status,
    refused,
  };
}

main(process.argv.slice(2)).then(
  (seen) => console.log(JSON.stringify(seen)),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
