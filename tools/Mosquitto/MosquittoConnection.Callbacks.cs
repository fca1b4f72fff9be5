// What the library calls back, on the connection's thread. The context pointer is a handle to the connection,
// and the functions are static, so there is no delegate that the collector could take away.

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pulsegate.Mosquitto;

internal sealed unsafe partial class MosquittoConnection
{
    private const int UnsupportedVersion = 0x84;   // MQTT 5; the library gives 3.1.1's answer, 1, as this too

    private static MosquittoConnection From(IntPtr context)
        => (MosquittoConnection)GCHandle.FromIntPtr(context).Target!;

    // An encrypted key must not make the library ask the terminal: an empty passphrase makes it fail.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnPassphrase(byte* buffer, int size, int purpose, void* context) => 0;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnLog(IntPtr native, IntPtr context, int level, byte* text)
    {
        MosquittoConnection connection = From(context);
        if (level == MosquittoNative.LogLevelError && connection._logLine.Length == 0)
        {
            connection._logLine = Marshal.PtrToStringUTF8((IntPtr)text) ?? "";
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnConnect(IntPtr native, IntPtr context, int reasonCode, int flags, IntPtr properties)
    {
        MosquittoConnection connection = From(context);
        if (!connection._is311 && reasonCode == UnsupportedVersion)
        {
            connection._isTooNew = true;
            connection._endCode = reasonCode;
            connection._isRefused = true;
            return;
        }

        if (reasonCode == 0)
        {
            lock (connection._gate)
            {
                connection._isConnected = !connection._isMuted;
            }
        }
        else
        {
            connection._endCode = connection._is311 ? MosquittoReason.OfMqtt311(reasonCode) : reasonCode;
            connection._isRefused = true;
        }

        if (!connection._isMuted)
        {
            connection._owner.OnAnswered(reasonCode);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnDisconnect(IntPtr native, IntPtr context, int code, IntPtr properties)
    {
        MosquittoConnection connection = From(context);
        lock (connection._gate)
        {
            connection._isConnected = false;
        }

        if (connection._endCode == 0)
        {
            connection._endCode = code;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnPublish(
        IntPtr native, IntPtr context, int messageId, int reasonCode, IntPtr properties)
    {
        MosquittoConnection connection = From(context);
        lock (connection._gate)
        {
            connection._outstandingCount--;
        }

        if (!connection._isMuted)
        {
            connection._owner.OnPublished(messageId, reasonCode);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnSubscribe(
        IntPtr native, IntPtr context, int messageId, int count, int* granted, IntPtr properties)
    {
        int worst = 0;
        for (int i = 0; i < count; i++)
        {
            worst = Math.Max(worst, granted[i]);
        }

        MosquittoConnection connection = From(context);
        if (!connection._isMuted)
        {
            connection._owner.OnSubscribed(messageId, worst);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnMessage(
        IntPtr native, IntPtr context, MosquittoNative.Message* message, IntPtr properties)
    {
        MosquittoConnection connection = From(context);
        if (!connection._isMuted)
        {
            connection._owner.OnMessage(
                Marshal.PtrToStringUTF8((IntPtr)message->Topic) ?? "",
                new ReadOnlySpan<byte>(message->Payload, message->PayloadLength),
                message->QualityOfService,
                message->Retain != 0);
        }
    }
}
