// Command line: [--board] --floats <list> --references <folder> <assembly>... Prints each finding as a build
// error; exit code 1 when there are any.

using Pulsegate.SubsetCheck;

bool isBoard = false;
string? floatsPath = null;
var folders = new List<string>();
var assemblies = new List<string>();
for (int i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--board":
            isBoard = true;
            break;
        case "--floats" when i + 1 < args.Length:
            floatsPath = args[++i];
            break;
        case "--references" when i + 1 < args.Length:
            folders.Add(args[++i]);
            break;
        default:
            assemblies.Add(args[i]);
            break;
    }
}

if (floatsPath == null || assemblies.Count == 0)
{
    Console.Error.WriteLine(
        "usage: Pulsegate.SubsetCheck [--board] --floats <list> --references <folder> <assembly>...");
    return 2;
}

var checker = new SubsetChecker(FloatMethods.Read(File.ReadLines(floatsPath)), isBoard);
int count = 0;
foreach (string assembly in assemblies)
{
    foreach (Violation violation in checker.Check(assembly, folders))
    {
        Console.WriteLine(violation);
        count++;
    }
}

return count == 0 ? 0 : 1;
