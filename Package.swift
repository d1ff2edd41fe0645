// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .strictMemorySafety(),
    .enableExperimentalFeature("Lifetimes"),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let strictC: [CSetting] = [
    .enableWarning("all"), .enableWarning("extra"), .enableWarning("conversion"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "SecretChat",
    products: [
        .library(name: "SecretChatCrypto", targets: ["SecretChatCrypto"]),
        .library(name: "SecretChat", targets: ["SecretChat"]),
        .library(name: "SecretChatWire", targets: ["SecretChatWire"]),
        .library(name: "SecretChatConversation", targets: ["SecretChatConversation"]),
        .library(name: "SecretChatConformance", targets: ["SecretChatConformance"]),
        .library(name: "SecretChatSimulation", targets: ["SecretChatSimulation"]),
        .library(name: "SecretChatABI", targets: ["SecretChatABI", "CSecretChat"]),
        .library(name: "secretchat-debug", type: .dynamic, targets: ["SecretChatABI"]),
        .library(name: "CSecretChatKernels", targets: ["CSecretChatKernels"]),
        .executable(name: "secretchat", targets: ["secretchat"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0")
    ],
    targets: [
        .systemLibrary(
            name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(
            name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        .systemLibrary(
            name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
        .target(name: "CSecretChatKernels", cSettings: strictC),
        .target(
            name: "SecretChatCrypto",
            dependencies: ["COpenSSL", "CSodium", "CSecretChatKernels"],
            swiftSettings: strict),
        .target(
            name: "SecretChatWire", dependencies: ["CSecretChatKernels"], exclude: ["Schema"],
            swiftSettings: strict),
        .target(name: "SecretChatConversation", swiftSettings: strict),
        .target(
            name: "SecretChat",
            dependencies: ["SecretChatCrypto", "SecretChatWire", "SecretChatConversation"],
            swiftSettings: strict),
        .target(
            name: "CSecretChat", dependencies: ["CSodium"], cSettings: strictC),
        .target(name: "CSecretChatHandles", cSettings: strictC),
        .target(
            name: "SecretChatABI",
            dependencies: [
                "CSecretChat", "CSecretChatHandles", "CSecretChatKernels", "SecretChat",
                "SecretChatConversation", "SecretChatCrypto", "SecretChatWire",
            ],
            swiftSettings: strict),
        .target(name: "TLSchema", swiftSettings: strict),
        .executableTarget(name: "tlgen", dependencies: ["TLSchema"], swiftSettings: strict),
        .target(
            name: "SecretChatConformance",
            dependencies: [
                "SecretChat", "SecretChatConversation", "SecretChatCrypto", "SecretChatWire",
                "TLSchema", "CSecretChatKernels", "COpenSSL",
            ],
            swiftSettings: strict),
        .target(
            name: "SecretChatSimulation",
            dependencies: [
                "SecretChat", "SecretChatConversation", "SecretChatCrypto", "SecretChatWire",
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "secretchat",
            dependencies: [
                "SecretChat", "SecretChatConversation", "SecretChatCrypto", "SecretChatWire",
                "SecretChatConformance", "SecretChatSimulation", "CPNG", "CSodium",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "memory-probe",
            dependencies: ["SecretChatCrypto", "SecretChatWire", "CSecretChatKernels"],
            path: "Tests/MemoryProbe",
            swiftSettings: strict),
        .executableTarget(
            name: "deletion-probe",
            dependencies: ["ProbeSupport", "SecretChat", "SecretChatSimulation"],
            path: "Tests/DeletionProbe",
            swiftSettings: strict),
        .executableTarget(
            name: "key-probe", dependencies: ["SecretChatSimulation"], path: "Tests/KeyProbe",
            swiftSettings: strict),
        .executableTarget(
            name: "constant-time-probe",
            dependencies: ["SecretChatCrypto", "CSecretChatKernels"],
            path: "Tests/ConstantTime",
            swiftSettings: strict),
        .target(name: "SpecSupport", path: "Tests/SpecSupport", swiftSettings: strict),
        .target(
            name: "ProbeSupport", dependencies: ["SecretChat", "SecretChatSimulation"],
            path: "Tests/ProbeSupport", swiftSettings: strict),
        .testTarget(
            name: "SecretChatCryptoTests",
            dependencies: [
                "SpecSupport", "ProbeSupport", "SecretChatCrypto", "CSecretChatKernels", "COpenSSL",
                "memory-probe",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "SecretChatWireTests",
            dependencies: ["SpecSupport", "SecretChatWire", "SecretChatConformance", "TLSchema"],
            swiftSettings: strict),
        .testTarget(
            name: "SecretChatConversationTests",
            dependencies: ["SpecSupport", "SecretChatConversation"],
            swiftSettings: strict),
        .testTarget(
            name: "SecretChatTests",
            dependencies: [
                "SpecSupport", "SecretChat", "SecretChatCrypto", "SecretChatWire",
                "SecretChatConversation",
                "SecretChatConformance",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "SecretChatSimulationTests",
            dependencies: [
                "SpecSupport", "ProbeSupport", "SecretChatSimulation", "SecretChat",
                "SecretChatConversation", "SecretChatCrypto", "deletion-probe", "key-probe",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "SecretChatConformanceTests",
            dependencies: ["SpecSupport", "SecretChatConformance", "SecretChatCrypto"],
            swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .gnu11
)
