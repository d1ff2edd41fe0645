// Two parties and a server in one program: a chat is made, used, broken, healed and closed.
import SecretChat
import SecretChatCrypto

let ann = try Device("Ann", seed: 1)
let ben = try Device("Ben", seed: 2)
var courier = Courier(ann, ben)
let chat = ChatID(4711)

print("Ann asks Ben for a secret chat, and Ben accepts.")
try ann.handle { _ in .startRequested(userID: 2, chat) }
try courier.run()
try ben.handle { _ in .acceptRequested(chat) }
try courier.run()
print("Their pictures are \(ann.picture == ben.picture ? "the same" : "DIFFERENT: an attack").")

try ann.say("Hello Ben!", in: chat, id: 1)
try courier.run()
try ben.say("Hello Ann!", in: chat, id: 2)
try courier.run()

courier.losesNext = true
try ann.say("Meet me at noon.", in: chat, id: 3)
try courier.run()
try ben.restart()
try ann.say("Or at one.", in: chat, id: 4)
try courier.run()

print("Ben closes the chat.")
try ben.handle { _ in .closeRequested(chat, deletesHistory: false) }
try courier.run()
