/**
 * What the system must do, as pure data: an id, and the promise in one sentence.
 * End-to-end tests cite an id in their title by `verifies('id')`; test/requirements.test.ts fails for an id that no test cites.
 */
export const requirements = {
  'start:first-answer': 'One command learns the repository and gives the address of a first answer.',
  'start:joins': 'A second start on the same data folder joins the running daemon.',
  'clients:v2':
    'The official v2 client lists and calls every tool over HTTP, in both revisions, with valid structuredContent.',
  'clients:v1': 'The official v1 client lists and calls every tool over stdio and HTTP.',
  'stdio:one-daemon': 'Many bridges started at once share one daemon.',
  'stdio:ends':
    'A bridge ends with its client; a daemon ends when idle or when told to; nothing is left running.',
  'stdio:fast': 'The first tools/list over stdio comes within 1 s with a daemon and 2.5 s without.',
  'stdio:own-answers':
    'Twenty stdio clients of both revisions share one daemon: every answer reaches the client that asked.',
  'learn:resume': 'A restart resumes from the snapshot with the digest of a full replay.',
  'learn:follows': 'New commits are learned while running; a rewritten history is retracted.',
  'receipts:feedback':
    'A served prediction has a receipt that feedback settles, durably, and the live scorecard counts it.',
  'capture:interactions': 'Tool calls become events that the next-action learner learns.',
  'secrets:none-stored': 'Planted secrets are found in no file of the data folder, no export and no log.',
  'faults:kill': 'Nothing acknowledged is lost when the daemon is killed, and the state equals a replay.',
  'faults:threads':
    'A thread that dies, hangs or leaks is replaced at once, with its state; the others go on.',
  'faults:slow-senders':
    'Hundreds of sockets that drip a byte a second neither slow honest traffic down nor fill memory, and are ended.',
  'faults:raw-bytes':
    'Random bytes, pipelined requests and half-closed connections end nothing but themselves.',
  'bad-input:repository':
    'No repository, no commits, a shallow clone: each has a clear error or warning with a hint.',
  'bad-input:data-folder':
    'A data folder of another version, a locked one, a port in use: each has a clear error with a hint.',
  'bad-input:calls': 'Paths outside the root, unknown tools and fields: each has a clear error with a hint.',
  'security:access': 'No token, a foreign Origin or Host: refused before anything is read.',
  'security:targets': 'No request target and no foreign Host ends the daemon or learns that it is there.',
  'learn:places':
    'Work trees and clones of one origin share a workspace: their own absolute paths and new commits are known.',
  'versions:moves':
    'A learner is tagged, rolled back and switched back while it serves; undone events are not learned again, also after a restart.',
  'versions:cli':
    'lmcp models shows a graph with names and scores, and refuses what it cannot do by code and exit code.',
  'forget:dry-run': 'A dry run tells events, learners and scores before and after, and changes nothing.',
  'forget:gone':
    'What is forgotten is in no file of the data folder; every learner equals one that never saw it; backups are named.',
  'forget:crash':
    'Forgetting that was killed once it is written down is finished by the next start and by forgetting again.',
  'forget:approval': 'An agent forgets nothing that a person has not agreed to through the client.',
  'forget:poisoned':
    'A source that reports wrong outcomes stands out on the scorecard; forgetting it restores the honest score.',
  'analyze:here':
    'A command is judged by what it does where it would run: by the work tree around it and what git knows of it.',
  'analyze:policy':
    'A team’s rules match what runs, not its text; a repository’s own file tightens and loosens nothing unless its user trusts that text.',
  'analyze:prompt': 'A prompt gives a command with its analysis and asks for a safer form.',
  'run:preview':
    'A preview tells which files a command would change, relative to the work tree, and changes nothing.',
  'run:approval':
    'A dangerous command runs after a person agreed outside the model’s channel: once, as it was shown, where it was shown.',
  'run:elicitation':
    'A client that can ask its user does, in both revisions; an answer to what was not asked runs nothing.',
  'run:audit':
    'A run is in the journal before it begins and after it ended; one that a crash cut off is told as such.',
  'run:own-doors': 'A command that runs reaches neither token, data, socket nor environment of the daemon.',
  'hook:stops':
    'The installed hook stops what destroys, with its reason and the safer form, and nothing else.',
  'hook:git': 'What git says would lose nothing is not stopped.',
  'hook:records':
    'What ran is recorded once a call, redacted, with where and how it ended, and learned from.',
  'hook:anywhere': 'Odd folders, odd sessions and long commands are checked like others.',
  'hook:outside': 'In a folder of no repository commands are checked, and nothing is recorded.',
  'hook:fails-open': 'Without a daemon nothing is stopped, and the person is told what was not checked.',
  'hook:flood': 'A thousand checks at once starve neither the tools nor the next check.',
  'hook:personal': 'Hooks are written where a team does not share them; what git would commit is named.',
  'hook:shells': 'A person’s shell tells what was typed, but not what was hidden.',
  'cli:json': 'Every command has --json and an exit code that means something.',
  'surface:budget': 'A server lists at most 10 tools within 3,000 tokens; the combined endpoint at most 20.',
} as const;

export type Requirement = keyof typeof requirements;

/** The title of a test that verifies a requirement. */
export function verifies(id: Requirement): string {
  return `[${id}] ${requirements[id]}`;
}
