// The part of libmosquitto's C interface that is used here. Handles are opaque, so the only layout that
// matters is that of a received message. Source: libmosquitto 2.0.11 (Debian 12), mosquitto.h and
// mqtt_protocol.h.

using System.Runtime.InteropServices;

namespace Pulsegate.Mosquitto;

internal static unsafe partial class MosquittoNative
{
    internal const string LibraryName = "libmosquitto.so.1";

    internal const int OptionProtocolVersion = 1;

    internal const int OptionReceiveMaximum = 4;

    /// <summary>Send at once: without it an acknowledgement waits up to 50 ms for company.</summary>
    internal const int OptionTcpNoDelay = 11;
    internal const int ProtocolVersion311 = 4;
    internal const int ProtocolVersion5 = 5;
    internal const int PropertySessionExpiryInterval = 17;
    internal const int PropertyMaximumPacketSize = 39;
    internal const int LogLevelError = 0b0000_1000;
    internal const int VerifyPeer = 1;

    private const StringMarshalling Utf8 = StringMarshalling.Utf8;
    private static readonly Lock Gate = new();
    private static bool _isInitialized;

    /// <summary>Loads and initializes the library once a process.</summary>
    /// <exception cref="DllNotFoundException">The library is not installed; the message names the Debian
    /// package.</exception>
    internal static void Initialize() => Initialize(LibraryName);

    internal static void Initialize(string libraryName)
    {
        lock (Gate)
        {
            if (_isInitialized && libraryName == LibraryName)
            {
                return;
            }

            if (!NativeLibrary.TryLoad(libraryName, out _))
            {
                throw new DllNotFoundException(
                    libraryName + " is missing: install the Debian package libmosquitto1");
            }

            LibraryInit();
            _isInitialized = true;
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct Message
    {
        internal int MessageId;
        internal byte* Topic;
        internal byte* Payload;
        internal int PayloadLength;
        internal int QualityOfService;
        internal byte Retain;
    }

    [LibraryImport(LibraryName, EntryPoint = "mosquitto_lib_init")]
    internal static partial int LibraryInit();

    [LibraryImport(LibraryName, EntryPoint = "mosquitto_new", StringMarshalling = Utf8)]
    internal static partial IntPtr New(
        string id, [MarshalAs(UnmanagedType.U1)] bool cleanStart, IntPtr context);

    [LibraryImport(LibraryName, EntryPoint = "mosquitto_destroy")]
    internal static partial void Destroy(IntPtr client);

    [LibraryImport(LibraryName, EntryPoint = "mosquitto_int_option")]
    internal static partial int SetOption(IntPtr client, int option, int value);

    [LibraryImport(LibraryName, EntryPoint = "mosquitto_threaded_set")]
    internal static partial int SetThreaded(IntPtr client, [MarshalAs(UnmanagedType.U1)] bool threaded);

    [LibraryImport(LibraryName, EntryPoint = "mosquitto_tls_set", StringMarshalling = Utf8)]
    internal static partial int SetTls(
        IntPtr client, string caFile, string? caPath, string? certificateFile, string? keyFile,
        delegate* unmanaged[Cdecl]<byte*, int, int, void*, int> passphrase);

    [LibraryImport(LibraryName, EntryPoint = "mosquitto_tls_opts_set", StringMarshalling = Utf8)]
    internal static partial int SetTlsOptions(IntPtr client, int verify, string version, string? ciphers);

    [LibraryImport(LibraryName, EntryPoint = "mosquitto_will_set", StringMarshalling = Utf8)]
    internal static partial int SetWill(
        IntPtr client, string topic, int length, byte* payload, int qualityOfService,
        [MarshalAs(UnmanagedType.U1)] bool retain);

    [LibraryImport(LibraryName, EntryPoint = "mosquitto_property_add_int32")]
    internal static partial int AddProperty(ref IntPtr properties, int identifier, uint value);

    [LibraryImport(LibraryName, EntryPoint = "mosquitto_property_free_all")]
    internal static partial void FreeProperties(ref IntPtr properties);

    [LibraryImport(
        LibraryName, EntryPoint = "mosquitto_connect_bind_v5", StringMarshalling = Utf8, SetLastError = true)]
    internal static partial int Connect(
        IntPtr client, string host, int port, int keepAliveSeconds, string? bindAddress, IntPtr properties);

    [LibraryImport(LibraryName, EntryPoint = "mosquitto_disconnect_v5")]
    internal static partial int Disconnect(IntPtr client, int reasonCode, IntPtr properties);

    [LibraryImport(LibraryName, EntryPoint = "mosquitto_loop", SetLastError = true)]
    internal static partial int Loop(IntPtr client, int timeoutMs, int packetCountMax);

    [LibraryImport(LibraryName, EntryPoint = "mosquitto_publish_v5", StringMarshalling = Utf8)]
    internal static partial int Publish(
        IntPtr client, out int messageId, string topic, int length, byte* payload, int qualityOfService,
        [MarshalAs(UnmanagedType.U1)] bool retain, IntPtr properties);

    [LibraryImport(LibraryName, EntryPoint = "mosquitto_subscribe_multiple", StringMarshalling = Utf8)]
    internal static partial int Subscribe(
        IntPtr client, out int messageId, int count, string[] topics, int qualityOfService, int options,
        IntPtr properties);

    [LibraryImport(LibraryName, EntryPoint = "mosquitto_connect_v5_callback_set")]
    internal static partial void SetConnectCallback(
        IntPtr client, delegate* unmanaged[Cdecl]<IntPtr, IntPtr, int, int, IntPtr, void> callback);

    [LibraryImport(LibraryName, EntryPoint = "mosquitto_disconnect_v5_callback_set")]
    internal static partial void SetDisconnectCallback(
        IntPtr client, delegate* unmanaged[Cdecl]<IntPtr, IntPtr, int, IntPtr, void> callback);

    [LibraryImport(LibraryName, EntryPoint = "mosquitto_publish_v5_callback_set")]
    internal static partial void SetPublishCallback(
        IntPtr client, delegate* unmanaged[Cdecl]<IntPtr, IntPtr, int, int, IntPtr, void> callback);

    [LibraryImport(LibraryName, EntryPoint = "mosquitto_subscribe_v5_callback_set")]
    internal static partial void SetSubscribeCallback(
        IntPtr client, delegate* unmanaged[Cdecl]<IntPtr, IntPtr, int, int, int*, IntPtr, void> callback);

    [LibraryImport(LibraryName, EntryPoint = "mosquitto_message_v5_callback_set")]
    internal static partial void SetMessageCallback(
        IntPtr client, delegate* unmanaged[Cdecl]<IntPtr, IntPtr, Message*, IntPtr, void> callback);

    [LibraryImport(LibraryName, EntryPoint = "mosquitto_log_callback_set")]
    internal static partial void SetLogCallback(
        IntPtr client, delegate* unmanaged[Cdecl]<IntPtr, IntPtr, int, byte*, void> callback);
}
