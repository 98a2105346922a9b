// Bolt for JavaScript as its documentation shows it, with ioredis; what it does is told in __init__.py.
// https://docs.slack.dev/tools/bolt-js/getting-started
'use strict';

const { App, LogLevel } = require('@slack/bolt');
const Redis = require('ioredis');

const { APIZEE_API_URL, PORT, REDIS_URL, SLACK_API_URL, SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET, WORK } = process.env;

const app = new App({
  token: SLACK_BOT_TOKEN,
  signingSecret: SLACK_SIGNING_SECRET,
  clientOptions: { slackApiUrl: SLACK_API_URL },
  logLevel: LogLevel.ERROR,
});

const message = (text, ...more) => ({
  text,
  blocks: [{ type: 'section', text: { type: 'mrkdwn', text } }, ...more],
});

const refresh = {
  type: 'actions',
  elements: [{ type: 'button', action_id: 'session_refresh', text: { type: 'plain_text', text: 'Refresh' } }],
};

async function ticketFor(phone) {
  const asked = new URLSearchParams({ agent: 'agent@example.com', phone, invite: '1' });
  const answer = await fetch(`${APIZEE_API_URL}/tickets?${asked}`, {
    method: 'POST',
    headers: { Authorization: 'Bearer benchmark-bearer' },
  });
  return answer.json();
}

function assistance(redis) {
  const keep = (key, session) => redis.set(key, JSON.stringify(session), 'EX', 86400);

  return async ({ ack, command, client, respond }) => {
    const session = { customer: command.text, user: command.user_id };
    const key = `session:${command.trigger_id}`;
    await keep(key, session);
    await ack();
    const card = await client.chat.postMessage({
      channel: command.channel_id,
      ...message('Video assistance: inviting the customer …'),
    });
    session.card = card.ts;
    await keep(key, session);
    const ticket = await ticketFor(command.text);
    session.ticket = ticket;
    await keep(key, session);
    const invited = message(`Video assistance: invited. Ticket ${ticket.id}`, refresh);
    await client.chat.update({ channel: card.channel, ts: card.ts, ...invited });
    const agentsLink = `${ticket.agent_url}/entrypoint/${ticket.button_id}/tickets/${ticket.id}`;
    await respond(message(`Your ticket: ${agentsLink}\nThe customer's link: ${ticket.requestor_url}`));
    await keep(key, { ...session, told: true });
  };
}

app.command('/assist', WORK === 'ack' ? async ({ ack }) => ack() : assistance(new Redis(REDIS_URL)));
app.start(Number(PORT));
