export { MilterPeer, type PeerMessage, type PeerReply } from './milter-peer.js';
