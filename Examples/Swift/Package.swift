// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "TwoParties",
    dependencies: [.package(name: "SecretChat", path: "../..")],
    targets: [
        .executableTarget(
            name: "TwoParties",
            dependencies: [
                .product(name: "SecretChat", package: "SecretChat"),
                .product(name: "SecretChatConversation", package: "SecretChat"),
                .product(name: "SecretChatCrypto", package: "SecretChat"),
                .product(name: "SecretChatWire", package: "SecretChat"),
            ],
            swiftSettings: [.treatAllWarnings(as: .error)])
    ],
    swiftLanguageModes: [.v6]
)
