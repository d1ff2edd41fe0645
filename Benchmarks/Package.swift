// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let strictC: [CSetting] = [
    .enableWarning("all"), .enableWarning("extra"), .enableWarning("conversion"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "Benchmarks",
    dependencies: [.package(name: "SecretChat", path: "..")],
    targets: [
        .systemLibrary(
            name: "CYardstick", path: "CYardstick", pkgConfig: "libcrypto",
            providers: [.apt(["libssl-dev"])]),
        .target(
            name: "CAllocationCounter", path: "CAllocationCounter", cSettings: strictC),
        .target(
            name: "CLibraryPair",
            dependencies: [.product(name: "SecretChatABI", package: "SecretChat")],
            path: "CLibraryPair", cSettings: strictC),
        .executableTarget(
            name: "bench",
            dependencies: [
                "CYardstick", "CAllocationCounter", "CLibraryPair",
                .product(name: "SecretChatCrypto", package: "SecretChat"),
                .product(name: "SecretChatWire", package: "SecretChat"),
                .product(name: "SecretChatConversation", package: "SecretChat"),
                .product(name: "SecretChat", package: "SecretChat"),
                .product(name: "CSecretChatKernels", package: "SecretChat"),
            ],
            swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .gnu11
)
