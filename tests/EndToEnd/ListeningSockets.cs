// Goal: nothing of ours listens where others could reach it. Method: what the kernel says of the processes.

using System.Text.RegularExpressions;

namespace Pulsegate.Tests.EndToEnd;

internal static class ListeningSockets
{
    private const string Listening = "0A";   // proc(5), tcp: the state TCP_LISTEN
    private static readonly string[] Loopback = ["0100007F", "00000000000000000000000001000000"];

    /// <summary>Sockets of some processes that listen on another address than loopback; process and
    /// address.</summary>
    internal static string[] OutsideLoopback(IEnumerable<int> processIds)
    {
        Dictionary<string, string> addresses = new[] { "/proc/net/tcp", "/proc/net/tcp6" }
            .Where(File.Exists).SelectMany(File.ReadLines)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields.Length > 9 && fields[3] == Listening)
            .GroupBy(fields => fields[9]).ToDictionary(sockets => sockets.Key, sockets => sockets.First()[1]);
        return [.. processIds.SelectMany(id => InodesOf(id).Where(addresses.ContainsKey)
            .Select(inode => addresses[inode]).Where(address => !Loopback.Contains(address.Split(':')[0]))
            .Select(address => $"process {id}: {address}"))];
    }

    private static IEnumerable<string> InodesOf(int processId)
    {
        foreach (string descriptor in DescriptorsOf(processId))
        {
            if (Regex.Match(TargetOf(descriptor), @"^socket:\[(\d+)\]$") is { Success: true } socket)
            {
                yield return socket.Groups[1].Value;
            }
        }
    }

    // A process that has ended meanwhile listens nowhere.
    private static string[] DescriptorsOf(int processId)
    {
        try
        {
            return Directory.GetFiles($"/proc/{processId}/fd");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static string TargetOf(string descriptor)
    {
        try
        {
            return new FileInfo(descriptor).LinkTarget ?? "";
        }
        catch (IOException)
        {
            return "";   // closed meanwhile
        }
    }
}
