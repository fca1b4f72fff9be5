// Command line: <api.tsv> <output folder>. Run by the build.

using Pulsegate.Surface;

if (args.Length != 2)
{
    Console.Error.WriteLine("usage: Pulsegate.Surface.Generator <api.tsv> <output folder>");
    return 2;
}

SurfaceGenerator.Generate(ApiTable.Read(args[0]), args[1]);
return 0;
