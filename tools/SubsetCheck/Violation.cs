// One finding, printed in the form that MSBuild reads as an error.

namespace Pulsegate.SubsetCheck;

/// <summary>One place that breaks one rule.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Place">Type::member.</param>
/// <param name="Detail">What was found there; may be empty.</param>
/// <param name="File">Source file; the assembly's path where no debug information tells.</param>
/// <param name="Line">Line in the file; 0 when unknown.</param>
public sealed record Violation(Rule Rule, string Place, string Detail, string File, int Line)
{
    /// <summary>File, line, rule, place and reason in one line.</summary>
    public override string ToString()
    {
        string where = Line > 0 ? $"{File}({Line})" : File;
        string detail = Detail.Length > 0 ? $" [{Detail}]" : "";
        return $"{where}: error {Rule.Id}: {Place} {Rule.Why}{detail}";
    }
}
