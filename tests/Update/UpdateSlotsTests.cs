// Goal: an update costs the unit nothing, wherever the power is cut and whatever is wrong with it. Method:
// manifests signed by .NET's HMAC; the storage model of the power-cut tests: at every change of the folder
// each state that a cut may leave is forked off, and the unit started on it.

using System.Security.Cryptography;
using System.Text;
using Pulsegate.Diagnostics;
using Pulsegate.Field.Flash;
using Pulsegate.Update;
using Pulsegate.Virtual.Platform;
using Pulsegate.Virtual.Storage;

namespace Pulsegate.Tests.Update;

[TestClass]
public sealed class UpdateSlotsTests
{
    private const int Flashed = 1000;   // 0.1.0
    private const string Board = "Esp32S3";
    private static readonly byte[] DownKey = SHA256.HashData("down"u8);
    private static readonly HmacSigner Signer = new(3, new byte[32], DownKey);
    private static readonly HmacSigner Digester = new(1, FileDigest.Key, new byte[32]);

    [TestMethod]
    public void Version_RisesAsANumber()
    {
        Assert.AreEqual(1_002_003, UpdateManifest.NumberOf("1.2.3"));
        Assert.AreEqual("1.2.3", UpdateManifest.TextOf(1_002_003));
        foreach (string none in new[] { "", "1", "1.2", "1.2.3.4", "1.2.x", "1.2.1000", "1.-2.3", "1..3" })
        {
            Assert.AreEqual(0, UpdateManifest.NumberOf(none), none);
        }
    }

    [TestMethod]
    public void Update_IsTried_Proved_AndKept_AndTheNextGoesIntoTheOtherSlot()
    {
        var storage = new TornModel(1 << 20);
        Send(storage, "0.2.0");
        Assert.AreEqual(2000, Start(storage, proves: true));
        Assert.AreEqual(2000, Start(storage, proves: false));
        Assert.AreEqual("b", Loaded(storage).FreeSlot);
        Send(storage, "0.3.0");
        Assert.AreEqual(3000, Start(storage, proves: true));
        Assert.AreEqual("a", Loaded(storage).FreeSlot);
    }

    [TestMethod]
    public void CutAnywhere_LeavesTheOldOrTheNew_AndTheNextAttemptSucceeds()
    {
        foreach (string[] before in new[] { Array.Empty<string>(), ["0.2.0"], ["0.2.0", "0.3.0"] })
        {
            var storage = new TornModel(1 << 20);
            int old = Flashed;
            foreach (string version in before)
            {
                Send(storage, version);
                old = Start(storage, proves: true);
            }

            int states = 0;
            storage.Watcher = operation => ForEachCut(storage, operation, true, fork =>
            {
                states++;
                fork.Watcher = second => ForEachCut(fork, second, false, twice => Check(twice, old));
                Check(fork, old);
            });
            Send(storage, "0.9.0");
            Assert.AreEqual(9000, Start(storage, proves: true));
            storage.Watcher = null;
            Assert.IsGreaterThan(100, states);
        }
    }

    [TestMethod]
    public void ProgramThatNeverProvesItself_IsGivenUp_AndNotTriedAgain()
    {
        var storage = new TornModel(1 << 20);
        Send(storage, "0.2.0");
        Start(storage, proves: true);
        Send(storage, "0.3.0");
        for (int i = 0; i < UpdateSlots.TryCountMax; i++)
        {
            Assert.AreEqual(3000, Start(storage, proves: false));
        }

        for (int i = 0; i < 3; i++)
        {
            Assert.AreEqual(2000, Start(storage, proves: true));
        }

        Assert.AreEqual(3000, Loaded(storage).FailedNumber);
        Send(storage, "0.3.0");
        Assert.AreEqual(2000, Start(storage, proves: true));
        Send(storage, "0.3.1");
        Assert.AreEqual(3001, Start(storage, proves: true));
    }

    // After a renewal the unit believes another key: what it took up before goes on, what comes is signed
    // anew.
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void KeysThatAreRenewed_TakeNoProgramAway(bool isProven)
    {
        var storage = new TornModel(1 << 20);
        Send(storage, "0.2.0");
        Start(storage, proves: isProven);
        var renewed = new HmacSigner(4, new byte[32], SHA256.HashData("next"u8));
        UpdateSlots slots = new(storage, renewed, Digester, Board, Flashed);
        CollectionAssert.AreEqual(Image("0.2.0"), slots.Choose());
        Assert.IsTrue(slots.Confirm(2000));

        Send(storage, "0.3.0");
        slots = new(storage, renewed, Digester, Board, Flashed);
        CollectionAssert.AreEqual(Image("0.2.0"), slots.Choose(), "signed under the key of before");
        storage.Put("a.img", [.. Image("0.2.0"), 0]);
        Assert.IsNull(new UpdateSlots(storage, renewed, Digester, Board, Flashed).Choose(), "damaged");
    }

    [TestMethod]
    [DataRow("0.1.0")]
    [DataRow("0.0.9")]
    [DataRow("0.2.0")]
    [DataRow("0.1.9")]
    public void NotNewer_IsRefused(string version)
    {
        var storage = new TornModel(1 << 20);
        Send(storage, "0.2.0");
        Start(storage, proves: true);
        Send(storage, version);
        Assert.AreEqual(2000, Start(storage, proves: true));
        Assert.AreEqual(2000, Start(storage, proves: true));
    }

    [TestMethod]
    public void NewerProgramFromTheCable_GoesBeforeAnOlderUpdate()
    {
        var storage = new TornModel(1 << 20);
        Send(storage, "0.2.0");
        Start(storage, proves: true);
        Assert.IsNull(Open(storage, 4000).Choose());
    }

    [TestMethod]
    public void WhatIsNotSignedForThisUnitAndBoard_IsRefused_WhereverItIsChanged()
    {
        byte[] image = Image("0.2.0");
        byte[] manifest = UpdateSet.Sign("0.2.0", Board, image, 3, DownKey);
        byte[][] wrong =
        [
            UpdateSet.Sign("0.2.0", "Esp32Wrover", image, 3, DownKey),
                UpdateSet.Sign("0.2.0", Board, image, 2, DownKey),
            UpdateSet.Sign("0.2.0", Board, image, 3, new byte[32]),
                UpdateSet.Sign("0.2.0", Board, image[..^1], 3, DownKey),
            [], manifest[..^1], [.. manifest, (byte)' '],
        ];
        foreach (byte[] bytes in wrong)
        {
            Assert.IsNull(Chosen(bytes, image));
        }

        for (int at = 0; at < manifest.Length; at++)
        {
            byte[] changed = [.. manifest];
            changed[at] ^= 1;
            Assert.IsNull(Chosen(changed, image), $"manifest, byte {at}");
        }

        for (int at = 0; at < image.Length; at++)
        {
            byte[] changed = [.. image];
            changed[at] ^= 0x10;
            Assert.IsNull(Chosen(manifest, changed), $"image, byte {at}");
        }

        Assert.IsNotNull(Chosen(manifest, image));
    }

    [TestMethod]
    public void FlashThatRefuses_StartsNoTrial_AndLosesNoConfirmation()
    {
        var storage = new TornModel(1 << 20);
        Send(storage, "0.2.0");
        storage.WriteFailuresPerMille = 1000;
        Assert.AreEqual(Flashed, Start(storage, proves: false));
        storage.WriteFailuresPerMille = 0;
        UpdateSlots slots = Open(storage, Flashed);
        Assert.IsNotNull(slots.Choose());
        storage.WriteFailuresPerMille = 1000;
        Assert.IsFalse(slots.Confirm(2000));
        storage.WriteFailuresPerMille = 0;
        Assert.IsTrue(slots.Confirm(2000));
        Assert.AreEqual("b", Loaded(storage).FreeSlot);
    }

    private static void Check(StorageModel storage, int old)
    {
        int running = Start(storage, proves: true);
        Assert.IsTrue(running == old || running == 9000, $"after a cut it runs {running}");
        StorageModel next = storage.Fork();
        if (running != 9000)
        {
            Send(next, "0.9.0");
        }

        Assert.AreEqual(9000, Start(next, proves: true), "the next attempt");
    }

    private static void ForEachCut(
        StorageModel storage, StorageOperation operation, bool isEveryByte, Action<StorageModel> visit)
    {
        foreach (byte[]? content in storage.CutStates(operation, isEveryByte))
        {
            visit(storage.Fork(operation.Name, content));
        }
    }

    private static void Send(StorageModel storage, string version)
    {
        string slot = Loaded(storage).FreeSlot;
        byte[] image = Image(version);
        byte[] manifest = UpdateSet.Sign(version, Board, image, 3, DownKey);
        storage.TryWrite(slot + UpdateSlots.ImageEnd, image, 0, image.Length);
        storage.TryWrite(slot + UpdateSlots.ManifestEnd, manifest, 0, manifest.Length);
    }

    // A start as the board does it; an image is its version and some bytes.
    private static int Start(StorageModel storage, bool proves)
    {
        byte[]? image = Open(storage, Flashed).Choose();
        int running = image is null
            ? Flashed : UpdateManifest.NumberOf(Encoding.ASCII.GetString(image).Split(' ')[0]);
        if (proves)
        {
            Assert.IsTrue(Loaded(storage).Confirm(running));
        }

        return running;
    }

    private static byte[] Image(string version)
        => Encoding.ASCII.GetBytes(version + " " + new string('x', 300));

    private static byte[]? Chosen(byte[] manifest, byte[] image)
    {
        var storage = new TornModel(1 << 20);
        storage.Put("a.img", image);
        storage.Put("a.txt", manifest);
        return Open(storage, Flashed).Choose();
    }

    private static UpdateSlots Loaded(StorageModel storage)
    {
        UpdateSlots slots = Open(storage, Flashed);
        slots.Load();
        return slots;
    }

    private static UpdateSlots Open(StorageModel storage, int flashed)
        => new(storage, Signer, Digester, Board, flashed);
}
