// What a field command works on: a board on a port, or a virtual one that is switched on for as long as the
// command runs and keeps its flash in a folder.

using System.CommandLine;
using System.Reflection;
using Pulsegate.Cli.Field.Virtual;
using Pulsegate.Field.Port;

namespace Pulsegate.Cli.Field;

/// <summary>Port, flashing tool and state of one command.</summary>
internal sealed class FieldBench : IDisposable
{
    private readonly VirtualBoard? _virtualBoard;
    private readonly VirtualSite? _site;
    private readonly StopSignal _stop = new();
    private FileStream? _lock;

    private FieldBench(string port, string stateFile, BoardFolder? board, VirtualBoard? virtualBoard,
        VirtualSite? site)
    {
        Port = port;
        StateFile = stateFile;
        Board = board;
        _virtualBoard = virtualBoard;
        _site = site;
    }

    /// <summary>The board's port.</summary>
    public string Port { get; }

    /// <summary>Where the command keeps what is done.</summary>
    public string StateFile { get; }

    /// <summary>The virtual board; null for a real one.</summary>
    public BoardFolder? Board { get; }

    /// <summary>Cancelled by Ctrl-C: a command ends in good order, and can be taken up again.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Folder of the unit that the virtual site has provisioned; null for a real one.</summary>
    public string? UnitFolder => _site?.UnitFolder;

    /// <summary>Folder of the virtual site's station; null for a real board.</summary>
    public string? StationFolder => _site?.StationFolder;

    /// <summary>The flashing tool.</summary>
    public NanoffTool Nanoff => Board is null
        ? NanoffTool.Find()
        : Environment.GetEnvironmentVariable("PULSEGATE_NANOFF") is { Length: > 0 } named
            ? new NanoffTool(named)
            : new NanoffTool("dotnet", Assembly.GetExecutingAssembly().Location, VirtualNanoffCommand.Name,
                Board.Path);

    /// <summary>For a command that changes the board: no other may do so on this port, and the port must be
    /// there before the flashing tool is let loose.</summary>
    /// <exception cref="CommandException">Either is not so.</exception>
    public void TakeAlone()
    {
        try
        {
            if (Board is null)
            {
                SerialPort.Open(Port).Dispose();
            }

            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(StateFile))!);
            _lock = new FileStream(
                StateFile + ".lock", FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        }
        catch (PortException exception)
        {
            throw new CommandException(exception.Message);
        }
        catch (IOException) when (File.Exists(StateFile + ".lock"))
        {
            throw new CommandException($"another command works on {Port}: let it end, or end it");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(
                $"what is done cannot be kept in {StateFile} ({exception.Message}): name another file "
                    + "with --state");
        }
    }

    /// <summary>Has the virtual site's station begin another store for its unit.</summary>
    public void BeginStore() => _site?.BeginStore();

    /// <summary>Opens what the options name.</summary>
    /// <param name="options">The options.</param>
    /// <param name="result">Their values.</param>
    /// <param name="needsBackend">True when broker and ingest must run behind a virtual board.</param>
    public static FieldBench Open(FieldOptions options, ParseResult result, bool needsBackend = false)
    {
        string? port = result.GetValue(options.Port);
        if (!result.GetValue(options.Virtual))
        {
            return string.IsNullOrWhiteSpace(port)
                ? throw new CommandException(
                    "name the board's port: --port /dev/ttyUSB0, or --virtual for a virtual board")
                : new FieldBench(port, result.GetValue(options.State) ?? Journey.StateFileOf(port), null,
                    null, null);
        }

        string folder = Path.GetFullPath(
            result.GetValue(options.Folder) ?? ProjectFolder.Path(".build", "virtual-board"));
        var board = new BoardFolder(Path.Combine(folder, "board"));
        var site = new VirtualSite(Path.Combine(folder, "site"));
        try
        {
            if (needsBackend)
            {
                site.Start(hasIngest: !board.Plays(BoardFolder.NoIngest));
            }

            string state = result.GetValue(options.State) ?? Path.Combine(folder, "state.json");
            return new FieldBench(board.Port, state, board, new VirtualBoard(board), site);
        }
        catch
        {
            site.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _lock?.Dispose();
        _virtualBoard?.Dispose();
        _site?.Dispose();
        _stop.Dispose();
    }
}
