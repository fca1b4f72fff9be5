// `token`: who may ask the read API.

using System.CommandLine;
using Pulsegate.Read;
using Pulsegate.Read.Access;

namespace Pulsegate.Cli;

internal static class TokenCommand
{
    public static Command Create() => new("token", "who may ask the read API")
    {
        CreateAdd(), CreateList(), CreateRevoke(),
    };

    /// <summary>The API's own database.</summary>
    public static Option<string> AccessOption() => new("--access")
    {
        Description =
            "the read API's own database: tokens, audit log, assignments; made when it is not there",
        Required = true, HelpName = "FILE",
    };

    private static Command CreateAdd()
    {
        Option<string> access = AccessOption();
        var role = new Option<string>("--role") { Description = "viewer, clinician or operator",
            Required = true };
        Argument<string> name = NameArgument();
        var command = new Command("add", "make a token and print it, once") { name, role, access };
        command.SetAction(result => Run(() =>
        {
            if (!Enum.TryParse(result.GetRequiredValue(role), ignoreCase: true, out Role known)
                || !Enum.IsDefined(known))
            {
                throw new CommandException("--role is viewer, clinician or operator");
            }

            Console.WriteLine(Open(result.GetRequiredValue(access)).Add(result.GetRequiredValue(name),
                known));
        }));
        return command;
    }

    private static Command CreateList()
    {
        Option<string> access = AccessOption();
        var command = new Command("list", "names and roles") { access };
        command.SetAction(result => Run(() =>
        {
            foreach ((string name, string role,
                bool isRevoked) in Open(result.GetRequiredValue(access)).List())
            {
                Console.WriteLine($"{name} {role.ToLowerInvariant()}{(isRevoked ? " revoked" : "")}");
            }
        }));
        return command;
    }

    private static Command CreateRevoke()
    {
        Option<string> access = AccessOption();
        Argument<string> name = NameArgument();
        var command = new Command("revoke", "end a token at once") { name, access };
        command.SetAction(result => Run(() =>
        {
            if (!Open(result.GetRequiredValue(access)).Revoke(result.GetRequiredValue(name)))
            {
                throw new CommandException("there is no such token, or it is revoked already");
            }
        }));
        return command;
    }

    private static Argument<string> NameArgument()
        => new("NAME") { Description = "who holds it; the audit log says this" };

    private static Tokens Open(string path) => new(new AccessDatabase(path), TimeProvider.System);

    private static int Run(Action action)
    {
        try
        {
            action();
            return 0;
        }
        catch (ReadException exception)
        {
            throw new CommandException(exception.Message);
        }
    }
}
