// The signer and the storage of the vectors, in the device subset.

#nullable disable

using System;
using System.Collections;
using Pulsegate.Platform;

namespace Pulsegate.Tests.Device;

public static partial class FormatVectors
{
    // No MAC at all, but every byte of the message changes it: nanoCLR on a host has no HMAC.
    internal sealed class FoldingSigner : ISigner
    {
        public byte KeyVersion => 1;

        public bool TrySign(byte[] message, int length, byte[] mac, int macOffset)
        {
            uint state = 2166136261;
            for (int i = 0; i < length; i++)
            {
                state = (state ^ message[i]) * 16777619;
            }

            for (int i = 0; i < 32; i++)
            {
                state = (state * 1664525) + 1013904223;
                mac[macOffset + i] = (byte)(state >> 24);
            }

            return true;
        }

        public bool TrySignWith(byte keyVersion, byte[] message, int length, byte[] mac, int macOffset)
            => TrySign(message, length, mac, macOffset);

        public bool VerifyDown(byte keyVersion, byte[] message, int length, byte[] mac, int macOffset)
            => false;

        public bool IsEs256(byte keyVersion) => false;

        public bool TrySignEs256(
            byte keyVersion, byte[] message, int length, byte[] signature, int signatureOffset)
            => false;
    }

    // Files as arrays. Capacity of four small segments, so that the run drops the oldest.
    internal sealed class ArrayStorage : IStorage
    {
        private readonly Hashtable _files = new Hashtable();
        private readonly ArrayList _names = new ArrayList();

        public int CapacityBytes => 64 * 1024;

        public string[] List()
        {
            var names = new string[_names.Count];
            for (int i = 0; i < names.Length; i++)
            {
                names[i] = (string)_names[i];
            }

            return names;
        }

        public int Length(string name) => _files.Contains(name) ? ((byte[])_files[name]).Length : -1;

        public int Read(string name, int fileOffset, byte[] buffer, int bufferOffset, int count)
        {
            if (!_files.Contains(name))
            {
                return -1;
            }

            var file = (byte[])_files[name];
            int length = file.Length - fileOffset < count ? file.Length - fileOffset : count;
            length = length < 0 ? 0 : length;
            Array.Copy(file, length == 0 ? 0 : fileOffset, buffer, bufferOffset, length);
            return length;
        }

        public bool TryAppend(string name, byte[] data, int offset, int count)
        {
            byte[] before = _files.Contains(name) ? (byte[])_files[name] : new byte[0];
            Put(name, before, data, offset, count);
            return true;
        }

        public bool TryWrite(string name, byte[] data, int offset, int count)
        {
            Put(name, new byte[0], data, offset, count);
            return true;
        }

        public bool TryDelete(string name)
        {
            _files.Remove(name);
            _names.Remove(name);
            return true;
        }

        public void Flip(string name, int at)
        {
            if (_files.Contains(name))
            {
                ((byte[])_files[name])[at] ^= 0x20;
            }
        }

        public string Newest()
        {
            string newest = "";
            for (int i = 0; i < _names.Count; i++)
            {
                var name = (string)_names[i];
                newest = name[0] == 's' && (newest.Length == 0 || string.Compare(name, newest) > 0) ? name
                    : newest;
            }

            return newest;
        }

        public void Print()
        {
            for (int i = 0; i < _names.Count; i++)
            {
                var file = (byte[])_files[_names[i]];
                Console.WriteLine("file " + (string)_names[i] + " " + Hex(file, 0, file.Length));
            }
        }

        private void Put(string name, byte[] before, byte[] data, int offset, int count)
        {
            if (!_files.Contains(name))
            {
                _names.Add(name);
            }

            var file = new byte[before.Length + count];
            Array.Copy(before, 0, file, 0, before.Length);
            Array.Copy(data, offset, file, before.Length, count);
            _files[name] = file;
        }
    }
}
