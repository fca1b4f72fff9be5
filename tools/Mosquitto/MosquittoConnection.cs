// One native client, its thread and its callbacks, from one Connect to the end of that connection.
//
// Locks: _gate guards the native handle and the counters. The library's own locks are taken inside it
// (publish, subscribe); the callbacks come with some of the library's locks held, but never with those that a
// publish needs in threaded mode, so that taking _gate in a callback cannot deadlock. Events are raised
// outside _gate.

using System.Runtime.InteropServices;

namespace Pulsegate.Mosquitto;

internal sealed unsafe partial class MosquittoConnection
{
    private const int LoopTimeoutMs = 500;   // how late a close or an answer timeout may be noticed
    private const int PacketCountMax = 1;    // a hint only: the library reads what is buffered

    private readonly MosquittoClient _owner;
    private readonly MosquittoOptions _options;
    private readonly MosquittoWill? _will;
    private readonly Thread _thread;
    private readonly Lock _gate = new();
    private IntPtr _native;              // under _gate, outside the thread
    private bool _isConnected;           // under _gate
    private int _outstandingCount;       // under _gate
    private volatile bool _isMuted;      // closed by the owner: raise no event
    private volatile bool _isAborted;    // end without DISCONNECT
    private int _endCode;                // thread only: reason from CONNACK or DISCONNECT
    private bool _isRefused;             // thread only: _endCode came with CONNACK
    private bool _is311;                 // thread only: speaks MQTT 3.1.1
    private bool _isTooNew;              // thread only: the broker has answered that it has no MQTT 5
    private string _logLine = "";        // thread only: the first error that the library logged

    internal MosquittoConnection(MosquittoClient owner, MosquittoOptions options, MosquittoWill? will)
    {
        _owner = owner;
        _options = options;
        _will = will;
        _is311 = options.IsMqtt311;
        _thread = new Thread(Run) { IsBackground = true, Name = "mqtt " + options.ClientId };
    }

    internal bool IsConnected
    {
        get
        {
            lock (_gate)
            {
                return _isConnected;
            }
        }
    }

    internal void Start() => _thread.Start();

    internal void Wait(int timeoutMs)
    {
        if (Thread.CurrentThread != _thread)
        {
            _thread.Join(timeoutMs);
        }
    }

    internal void Close(bool clean)
    {
        _isMuted = true;
        lock (_gate)
        {
            if (clean && _isConnected)
            {
                // Queued behind what has been published; when it is written the library closes and the loop
                // ends.
                MosquittoNative.Disconnect(_native, 0, IntPtr.Zero);
                _isConnected = false;
                return;
            }
        }

        _isAborted = true;
    }

    internal int TryPublish(string topic, ReadOnlySpan<byte> payload, int qualityOfService, bool retain)
    {
        lock (_gate)
        {
            if (!_isConnected || _outstandingCount >= _options.OutstandingCountMax)
            {
                return 0;
            }

            fixed (byte* bytes = payload)
            {
                int code = MosquittoNative.Publish(
                    _native, out int messageId, topic, payload.Length, bytes, qualityOfService, retain,
                    IntPtr.Zero);
                if (code != MosquittoReason.Success)
                {
                    // NO_CONN: the library has queued a QoS 1 message all the same, but its queue ends with
                    // this connection.
                    return 0;
                }

                _outstandingCount++;
                return messageId;
            }
        }
    }

    internal int TrySubscribe(int qualityOfService, string[] topicFilters)
    {
        lock (_gate)
        {
            if (!_isConnected)
            {
                return 0;
            }

            int code = MosquittoNative.Subscribe(
                _native, out int messageId, topicFilters.Length, topicFilters, qualityOfService, options: 0,
                IntPtr.Zero);
            return code == MosquittoReason.Success ? messageId : 0;
        }
    }

    private void Run()
    {
        GCHandle self = GCHandle.Alloc(this);
        string reason;
        try
        {
            reason = FindMissingFile() ?? Open(GCHandle.ToIntPtr(self)) ?? Loop();
            if (_isTooNew && !_isAborted)
            {
                Forget();
                reason = Open(GCHandle.ToIntPtr(self)) ?? Loop();
            }
        }
        finally
        {
            lock (_gate)
            {
                _isConnected = false;
                if (_native != IntPtr.Zero)
                {
                    MosquittoNative.Destroy(_native);   // closes the socket; raises nothing
                    _native = IntPtr.Zero;
                }
            }

            self.Free();
        }

        _owner.OnEnded(this, reason);
    }

    // The broker has no MQTT 5: once more, in 3.1.1, as if the first time had not been. Every connection asks
    // anew, so that a broker that is renewed is found.
    private void Forget()
    {
        _isTooNew = false;
        _is311 = true;
        _endCode = 0;
        _isRefused = false;
        _logLine = "";
        lock (_gate)
        {
            MosquittoNative.Destroy(_native);
            _native = IntPtr.Zero;
        }
    }

    // The library says no more than "invalid" about a file that it cannot open.
    private string? FindMissingFile()
    {
        foreach (string? path in new[] { _options.CaFile, _options.CertificateFile, _options.KeyFile })
        {
            if (path == null)
            {
                continue;
            }

            try
            {
                using FileStream stream = File.OpenRead(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return "TLS: cannot read " + path;
            }
        }

        return null;
    }

    // Creates the native client and connects it. Blocks for the name and the TCP connection. Null when under
    // way.
    private string? Open(IntPtr context)
    {
        IntPtr native = MosquittoNative.New(_options.ClientId, _options.CleanStart, context);
        if (native == IntPtr.Zero)
        {
            return "out of memory, or the client id is not valid";
        }

        lock (_gate)
        {
            _native = native;
        }

        SetCallbacks(native);
        int code = Configure(native);
        if (code != MosquittoReason.Success)
        {
            return "not configured: " + MosquittoReason.OfReturn(code, 0, _logLine);
        }

        IntPtr properties = IntPtr.Zero;
        if (!_is311)
        {
            MosquittoNative.AddProperty(
                ref properties,
                MosquittoNative.PropertySessionExpiryInterval,
                (uint)_options.SessionExpirySeconds);
            MosquittoNative.AddProperty(
                ref properties, MosquittoNative.PropertyMaximumPacketSize, (uint)_options.PacketLengthMax);
        }

        code = MosquittoNative.Connect(
            native, _options.Host, _options.Port, _options.KeepAliveSeconds, null, properties);
        int errno = Marshal.GetLastPInvokeError();
        MosquittoNative.FreeProperties(ref properties);
        return code == MosquittoReason.Success ? null : MosquittoReason.OfReturn(code, errno, _logLine);
    }

    private static void SetCallbacks(IntPtr native)
    {
        MosquittoNative.SetLogCallback(native, &OnLog);
        MosquittoNative.SetConnectCallback(native, &OnConnect);
        MosquittoNative.SetDisconnectCallback(native, &OnDisconnect);
        MosquittoNative.SetPublishCallback(native, &OnPublish);
        MosquittoNative.SetSubscribeCallback(native, &OnSubscribe);
        MosquittoNative.SetMessageCallback(native, &OnMessage);
    }

    private int Configure(IntPtr native)
    {
        MosquittoNative.SetOption(native, MosquittoNative.OptionTcpNoDelay, 1);
        MosquittoNative.SetOption(
            native, MosquittoNative.OptionProtocolVersion,
            _is311 ? MosquittoNative.ProtocolVersion311 : MosquittoNative.ProtocolVersion5);
        MosquittoNative.SetOption(native, MosquittoNative.OptionReceiveMaximum, _options.ReceiveCountMax);
        MosquittoNative.SetThreaded(native, true);   // a publish wakes the loop instead of writing itself
        int code = MosquittoReason.Success;
        if (_options.CaFile != null)
        {
            code = MosquittoNative.SetTls(
                native, _options.CaFile, null, _options.CertificateFile, _options.KeyFile, &OnPassphrase);
            if (code == MosquittoReason.Success)
            {
                // A minimum: 1.3 is negotiated where the broker has it.
                code = MosquittoNative.SetTlsOptions(native, MosquittoNative.VerifyPeer, "tlsv1.2", null);
            }
        }

        if (code == MosquittoReason.Success && _will != null)
        {
            fixed (byte* payload = _will.Payload)
            {
                code = MosquittoNative.SetWill(
                    native, _will.Topic, _will.Payload.Length, payload, 1, _will.Retain);
            }
        }

        return code;
    }

    // Serves the connection until it ends; returns why.
    private string Loop()
    {
        long answerByMs = Environment.TickCount64 + (_options.AnswerTimeoutSeconds * 1000L);
        bool isAnswered = false;
        while (!_isAborted)
        {
            int code = MosquittoNative.Loop(_native, LoopTimeoutMs, PacketCountMax);
            if (code != MosquittoReason.Success)
            {
                int errno = Marshal.GetLastPInvokeError();
                return _isRefused ? "refused: " + MosquittoReason.OfCode(_endCode)
                    : MosquittoReason.OfReturn(_endCode != 0 ? _endCode : code, errno, _logLine);
            }

            isAnswered = isAnswered || IsConnected;
            if (!isAnswered && Environment.TickCount64 > answerByMs)
            {
                return "the broker did not answer in time";
            }
        }

        return "closed";
    }
}
