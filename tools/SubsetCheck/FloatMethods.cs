// The short list of methods that may use floating point, each with its reason. Read from float-methods.tsv.

namespace Pulsegate.SubsetCheck;

/// <summary>Methods that may use floating point.</summary>
public sealed class FloatMethods
{
    private readonly HashSet<string> _methods = [];
    private readonly HashSet<string> _guards = [];
    private readonly HashSet<string> _types = [];

    /// <summary>Every listed method, guards included, as Namespace.Type::Method.</summary>
    public IEnumerable<string> Names => _methods;

    /// <summary>Reads a list.</summary>
    /// <param name="lines">Lines of kind, method and reason, separated by tabs; '#' starts a comment. The
    /// kind is <c>method</c> (may use floating point) or <c>guard</c> (may also divide, compare and convert,
    /// because it tests its operands first).</param>
    /// <exception cref="FormatException">A line lacks a column, its kind is unknown, or the reason is
    /// empty.</exception>
    public static FloatMethods Read(IEnumerable<string> lines)
    {
        var list = new FloatMethods();
        foreach (string line in lines)
        {
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            string[] cells = line.Split('\t');
            if (cells.Length != 3 || cells[0] is not ("method" or "guard") || cells[2].Trim().Length == 0
                || !cells[1].Contains("::"))
            {
                throw new FormatException(
                    $"float-methods: need kind, Namespace.Type::Method and a reason: '{line}'");
            }

            list._methods.Add(cells[1]);
            list._types.Add(cells[1][..cells[1].IndexOf("::", StringComparison.Ordinal)]);
            if (cells[0] == "guard")
            {
                list._guards.Add(cells[1]);
            }
        }

        return list;
    }

    /// <summary>True when the method may use floating point.</summary>
    public bool Allows(string method) => _methods.Contains(method);

    /// <summary>True when the method may divide, compare and convert floating-point numbers.</summary>
    public bool IsGuard(string method) => _guards.Contains(method);

    /// <summary>True when the type may have floating-point fields: one of its methods is listed.</summary>
    public bool AllowsFieldsOf(string type) => _types.Contains(type);
}
